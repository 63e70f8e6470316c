/// The two headers that hand a trace from service to service.
enum TraceHeaders {
    /// The names, as an HTTP/1.1 request has them best. Those of an extractor's carrier are the same in lower
    /// case.
    static let xray = "X-Amzn-Trace-Id"
    static let w3c = "traceparent"

    /// Longer ones are not read.
    private static let maximumByteCount = 1024

    /// Reads `X-Amzn-Trace-Id` (docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader):
    /// `Root=1-8hex-24hex;Parent=16hex;Sampled=1|0|?` in any order, other fields beside them. Nil when it has no
    /// whole root or a broken parent. Only `1` and `0` decide on sampling.
    static func read(xray text: String) -> TraceContext? {
        guard text.utf8.count <= maximumByteCount else { return nil }
        var fields: [Substring: Substring] = [:]
        for field in text.split(separator: ";") {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            fields[trimmed(parts[0]), default: trimmed(parts[1])] =
                fields[trimmed(parts[0])] ?? trimmed(parts[1])
        }
        guard let root = fields["Root"], let trace = TraceID(xray: root) else { return nil }
        let parentText = fields["Parent"] ?? ""
        let parent = SpanID(parentText)
        guard parent != nil || parentText.isEmpty else { return nil }
        let isSampled: Bool? =
            switch fields["Sampled"] {
            case "1": true
            case "0": false
            default: nil
            }
        return TraceContext(traceID: trace, parent: parent, isSampled: isSampled)
    }

    /// Reads `traceparent` (www.w3.org/TR/trace-context, 3.2). Its flag does not decide on sampling: anyone may
    /// send this header, and so could have every request of theirs recorded, at our cost, or none.
    static func read(w3c text: String) -> TraceContext? {
        guard text.utf8.count <= maximumByteCount else { return nil }
        // Of what later versions have behind the flags only its hyphen is looked at: anyone may send a kilobyte.
        let text = String(decoding: text.utf8.prefix(56), as: UTF8.self)
        let parts = text.split(separator: "-", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count >= 4, isLowercase(text.utf8.prefix(55)), parts[0].utf8.count == 2,
            let version = HexadecimalText.number(parts[0].utf8), version != 0xff,
            parts.count == 4 || version > 0, let trace = TraceID(w3c: parts[1]),
            let parent = SpanID(parts[2]),
            parts[3].utf8.count == 2, HexadecimalText.number(parts[3].utf8) != nil
        else { return nil }
        return TraceContext(traceID: trace, parent: parent, isSampled: nil)
    }

    static func xray(_ trace: TraceID, parent: SpanID?, isSampled: Bool?) -> String {
        let decision = isSampled.map { $0 ? "1" : "0" } ?? "?"
        return "Root=\(trace)" + (parent.map { ";Parent=\($0)" } ?? "") + ";Sampled=\(decision)"
    }

    static func w3c(_ trace: TraceID, parent: SpanID, isSampled: Bool?) -> String {
        "00-\(trace.w3c)-\(parent)-0\(isSampled == true ? 1 : 0)"
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.utf8.first, first == 0x20 || first == 0x09 { text = text.dropFirst() }
        while let last = text.utf8.last, last == 0x20 || last == 0x09 { text = text.dropLast() }
        return text
    }

    private static func isLowercase(_ text: Substring.UTF8View) -> Bool {
        !text.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }
}
