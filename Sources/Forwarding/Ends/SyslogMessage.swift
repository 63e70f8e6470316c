internal import AuditRecords
internal import JSONBytes
internal import RecordForms

/// Messages of syslog as RFC 5424 has them: `<110>1 2024-02-29T12:00:00.123456Z host audit-query - json - {…}`.
///
/// The text has no byte order mark before it, which section 6.4 wants of UTF-8 and which readers of JSON and CEF stumble over: it
/// is MSG-ANY, of which the section says nothing.
struct SyslogMessage {
    /// Facility 13, log audit, and severity 6, informational: 13 · 8 + 6.
    private static let priority = 110
    /// A host's name has at most so many bytes there.
    private static let longestHost = 255

    private let host: [UInt8]

    init(host: String) {
        let name = host.utf8.filter { (0x21...0x7E).contains($0) }.prefix(Self.longestHost)
        self.host = name.isEmpty ? [UInt8(ascii: "-")] : Array(name)
    }

    /// Appends the message of a record of a batch.
    func append(_ batch: borrowing ForwardedBatch, _ index: Int, to message: inout [UInt8]) {
        message.append(ascii: "<")
        message.append(decimal: Self.priority)
        message.append(ascii: ">1 ")
        // To the microsecond, and no further, by section 6.2.3.
        message += batch.keys[index].instant.text(fractionDigits: 6)
        message.append(UInt8(ascii: " "))
        message += host
        message.append(ascii: " audit-query - ")
        message += batch.form.rawValue.utf8
        message.append(ascii: " - ")
        message += batch.line(index)
    }
}
