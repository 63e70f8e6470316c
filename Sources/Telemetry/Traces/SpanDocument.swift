internal import Tracing

/// One span as a segment document has it, without what is below it
/// (docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html).
struct SpanDocument {
    /// The document's fields, to which others may be added. Less than 30,000 bytes, all bounds taken together.
    var fields = JSONFields()
    private let span: SpanRecord

    /// Attributes that have a field of their own in a document.
    private static let mapped: Set<String> = [
        "http.request.method", "url.path", "client.address", "user_agent.original",
        "http.response.status_code", "http.response.body.size", "aws.operation", "aws.table_name",
        "aws.region", "aws.request_id", "aws.retries", "aws.throttled",
    ]
    private static let maximumMessageByteCount = 1000
    private static let maximumNameByteCount = 200

    /// - Parameters:
    ///   - span: The span.
    ///   - name: What X-Ray shows it as.
    ///   - annotations: Those that it has besides its attributes.
    ///   - droppedSubsegmentCount: How many subsegments were not kept.
    init(
        _ span: SpanRecord, name: String, annotations: [(name: String, value: SpanAttribute)] = [],
        droppedSubsegmentCount: Int = 0
    ) {
        self.span = span
        fields.add("id", "\(span.id)")
        fields.add("name", Self.allowed(name))
        fields.add("start_time", time: span.start)
        if let end = span.end {
            fields.add("end_time", time: end)
        } else {
            fields.add("in_progress", true)
        }
        addHTTP()
        addAWS()
        addFaults()
        addAnnotations(annotations, droppedSubsegmentCount)
    }

    private mutating func addHTTP() {
        var request = JSONFields()
        for (field, attribute) in [
            ("method", "http.request.method"), ("url", "url.path"), ("client_ip", "client.address"),
            ("user_agent", "user_agent.original"),
        ] {
            if let text = span.attributes.text(attribute) { request.add(field, text) }
        }
        var response = JSONFields()
        for (field, attribute) in [
            ("status", "http.response.status_code"), ("content_length", "http.response.body.size"),
        ] {
            if let number = span.attributes.number(attribute) { response.add(field, number) }
        }
        var http = JSONFields()
        http.add("request", request)
        http.add("response", response)
        fields.add("http", http)
    }

    private mutating func addAWS() {
        var aws = JSONFields()
        for field in ["operation", "table_name", "region", "request_id"] {
            if let text = span.attributes.text("aws.\(field)") { aws.add(field, text) }
        }
        if let retries = span.attributes.number("aws.retries") { aws.add("retries", retries) }
        if span.kind != .server {
            if !aws.isEmpty {
                fields.add("namespace", "aws")
            } else if span.kind == .client {
                fields.add("namespace", "remote")
            }
        }
        fields.add("aws", aws)
    }

    private mutating func addFaults() {
        let status = span.attributes.number("http.response.status_code") ?? 0
        let isThrottled = status == 429 || span.attributes.flag("aws.throttled")
        let isError = isThrottled || (400..<500).contains(status)
        let hasFailed = span.fault != nil || span.status?.code == .error
        if isError { fields.add("error", true) }
        if isThrottled { fields.add("throttle", true) }
        if status >= 500 || (hasFailed && !isError) { fields.add("fault", true) }
        addCause()
    }

    private mutating func addCause() {
        var fault = span.fault
        if fault == nil, span.status?.code == .error, let message = span.status?.message {
            fault = SpanFault(type: "error", message: message)
        }
        guard let fault else { return }
        var exception = JSONFields()
        exception.add("id", "\(fault.id)")
        exception.add("message", fault.message, limit: Self.maximumMessageByteCount)
        exception.add("type", fault.type)
        exception.add("remote", span.kind == .client)
        var cause = JSONFields()
        cause.add("exceptions", [exception.closed])
        fields.add("cause", cause)
    }

    private mutating func addAnnotations(
        _ given: [(name: String, value: SpanAttribute)], _ droppedSubsegmentCount: Int
    ) {
        var annotations = Annotations()
        for (name, value) in given { annotations.add(name, value) }
        var others: [(String, SpanAttribute)] = []
        span.attributes.forEach { name, value in
            if !Self.mapped.contains(name) { others.append((name, value)) }
        }
        for (name, value) in others.sorted(by: { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }) {
            annotations.add(name, value)
        }
        fields.add("annotations", annotations.fields)
        var dropped = JSONFields()
        if droppedSubsegmentCount > 0 { dropped.add("subsegments", Int64(droppedSubsegmentCount)) }
        if annotations.droppedCount > 0 { dropped.add("annotations", Int64(annotations.droppedCount)) }
        var metadata = JSONFields()
        metadata.add("dropped", dropped)
        fields.add("metadata", metadata)
    }

    /// A name as X-Ray takes it: of letters, digits, spaces and a few symbols, here those of ASCII. Other bytes
    /// become `_`.
    private static func allowed(_ name: String) -> String {
        let bytes = name.utf8.prefix(maximumNameByteCount).map { byte in
            byte.isLetterOrDigit || " _.:/%&#=+-@".utf8.contains(byte) ? byte : UInt8(ascii: "_")
        }
        return bytes.isEmpty ? "_" : String(decoding: bytes, as: UTF8.self)
    }
}
