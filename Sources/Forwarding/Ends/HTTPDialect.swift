internal import AuditRecords
internal import JSONBytes
internal import RecordForms

/// What records are in the body of a request, and what an answer says.
enum HTTPDialect: Sendable {
    /// A line each.
    case lines
    /// Splunk's HTTP Event Collector: objects of which `event` is the record.
    case splunk(host: String)
    /// OpenTelemetry's logs, as JSON.
    case openTelemetry(version: String)

    /// What stands in a checkpoint's name before the URL.
    var prefix: String {
        switch self {
        case .lines: ""
        case .splunk: "splunk+"
        case .openTelemetry: "otlp+"
        }
    }

    /// What an `Authorization` begins with.
    var scheme: String {
        if case .splunk = self { return "Splunk" }
        return "Bearer"
    }

    func mediaType(of form: RecordForm) -> String {
        guard case .lines = self else { return "application/json" }
        return form == .cef ? "text/plain; charset=utf-8" : "application/x-ndjson"
    }

    func body(_ batch: borrowing ForwardedBatch, _ range: Range<Int>) -> [UInt8] {
        switch self {
        case .lines: return Array(batch.lines(range))
        case .splunk(let host):
            var body: [UInt8] = []
            for index in range { Self.append(event: index, of: batch, Array(host.utf8), to: &body) }
            return body
        case .openTelemetry(let version):
            var body: [UInt8] = []
            body.append(
                json:
                    "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":"
            )
            body.append(
                json: "\"audit-query\"}}]},\"scopeLogs\":[{\"scope\":{\"name\":\"audit-query\",\"version\":")
            body.append(jsonString: Array(version.utf8))
            body.append(json: "},\"logRecords\":[")
            for index in range {
                if index > range.lowerBound { body.append(json: ",") }
                Self.append(logRecord: index, of: batch, to: &body)
            }
            body.append(json: "]}]}]}")
            return body
        }
    }

    private static func append(
        event index: Int, of batch: borrowing ForwardedBatch, _ host: [UInt8], to body: inout [UInt8]
    ) {
        let instant = batch.keys[index].instant
        body.append(json: "{\"time\":")
        // Splunk reads seconds with a fraction; before 1970 whole ones will do.
        body += String(instant.seconds).utf8
        if instant.seconds >= 0 {
            body.append(json: ".")
            body.append(decimal: Int(instant.nanoseconds / 1_000_000), digits: 3)
        }
        body.append(json: ",\"host\":")
        body.append(jsonString: host)
        body.append(json: ",\"source\":\"audit-query\",\"sourcetype\":\"audit-query:")
        body += batch.form.rawValue.utf8
        body.append(json: "\",\"event\":")
        if batch.form == .cef {
            body.append(jsonString: batch.line(index))
        } else {
            body += batch.line(index)
        }
        body.append(json: "}\n")
    }

    private static func append(
        logRecord index: Int, of batch: borrowing ForwardedBatch, to body: inout [UInt8]
    ) {
        let key = batch.keys[index]
        let (product, isLong) = key.instant.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        body.append(json: "{\"timeUnixNano\":\"")
        // The protocol has no time before 1970, and none after 2554: 0 is an unknown one.
        let isKnown = !isLong && product >= 0 && product < Int64.max - 1_000_000_000
        body += String(isKnown ? product + Int64(key.instant.nanoseconds) : 0).utf8
        body.append(json: "\",\"severityNumber\":9,\"severityText\":\"INFO\",\"body\":{\"stringValue\":")
        body.append(jsonString: batch.line(index))
        body.append(json: "},\"attributes\":[{\"key\":\"audit.id\",\"value\":{\"stringValue\":")
        body.append(jsonString: key.id)
        body.append(json: "}},{\"key\":\"audit.system\",\"value\":{\"stringValue\":")
        body.append(jsonString: key.systemId.bytes)
        body.append(json: "}},{\"key\":\"audit.form\",\"value\":{\"stringValue\":\"")
        body += batch.form.rawValue.utf8
        body.append(json: "\"}}]}")
    }

    /// What is wrong with an answer of a status that says that it went well; nil where nothing is.
    func fault(inAnswer body: [UInt8]) -> FarEndError? {
        switch self {
        case .lines: return nil
        case .splunk:
            let code = Self.member("code", of: body).flatMap { Int(String(decoding: $0, as: UTF8.self)) }
            guard let code else {
                return .unavailable("answers 200 without the code that Splunk's collector says")
            }
            return code == 0 ? nil : .unavailable("answers code \(code)")
        case .openTelemetry:
            guard let partial = Self.member("partialSuccess", of: body),
                let count = Self.member("rejectedLogRecords", of: partial)
            else { return nil }
            // The mapping to JSON writes it as a text, and reads either.
            let rejected =
                Int(String(decoding: count.filter { $0 != UInt8(ascii: "\"") }, as: UTF8.self)) ?? 0
            guard rejected > 0 else { return nil }
            return .refused(.some(reason: "was sent with others, of which \(rejected) were rejected"))
        }
    }

    /// The text of a member's value.
    private static func member(_ name: String, of text: [UInt8]) -> [UInt8]? {
        guard let object = try? JSONObject(text) else { return nil }
        let member = object.members.last { $0.name == Array(name.utf8) }
        return member.map { Array(object.bytes[$0.value]) }
    }
}
