internal import AuditRecords
internal import JSONBytes

/// A record as a message of ArcSight's Common Event Format: `CEF:0|audit-query|billing|1.0|Export|Export|3|rt=… suser=…`.
///
/// What the format has no field for stands in its custom strings, each beside its label.
struct CEFMessage {
    private let record: AuditRecord
    private let summary: RecordSummary
    private let version: [UInt8]

    init(_ record: AuditRecord, _ summary: RecordSummary, _ version: [UInt8]) {
        (self.record, self.summary, self.version) = (record, summary, version)
    }

    func append(_ attributes: [UInt8], to line: inout [UInt8]) {
        let action = summary.action ?? [UInt8(ascii: "-")]
        line.append(ascii: "CEF:0|audit-query|")
        line.append(cefHeader: record.key.systemId.bytes)
        line.append(ascii: "|")
        line.append(cefHeader: version)
        for _ in 0..<2 {
            line.append(ascii: "|")
            line.append(cefHeader: action)
        }
        line.append(ascii: "|")
        line.append(ascii: severity)
        line.append(ascii: "|rt=")
        line += String(record.key.instant.milliseconds).utf8
        line.append(ascii: " externalId=")
        line.append(cefValue: record.key.auditId.bytes)
        line.append(ascii: " suser=")
        line.append(cefValue: record.userId.bytes)
        appendAddress(to: &line)
        appendOutcome(to: &line)
        line.append(ascii: " cs1Label=resourceId cs1=")
        line.append(cefValue: record.resourceId.bytes)
        line.append(ascii: " cs2Label=systemId cs2=")
        line.append(cefValue: record.key.systemId.bytes)
        // To the nanosecond, as it was written.
        line.append(ascii: " cs3Label=timestamp cs3=")
        line.append(cefValue: record.key.timestamp)
        line.append(ascii: " cs4Label=id cs4=")
        line.append(cefValue: record.key.id)
        line.append(ascii: " cs5Label=attributes cs5=")
        line.append(cefValue: attributes)
    }

    /// From 0 to 10.
    private var severity: StaticString {
        switch summary.outcome {
        case .success, .unknown: "3"
        case .failure: "5"
        case .denied: "6"
        }
    }

    private func appendAddress(to line: inout [UInt8]) {
        guard let address = summary.address else { return }
        // `src` is of IPv4 alone.
        line.append(ascii: address.width == 32 ? " src=" : " c6a2Label=Source IPv6 Address c6a2=")
        line += address.text.utf8
    }

    private func appendOutcome(to line: inout [UInt8]) {
        switch summary.outcome {
        case .success: line.append(ascii: " outcome=success")
        case .failure: line.append(ascii: " outcome=failure")
        case .denied: line.append(ascii: " act=denied outcome=failure")
        case .unknown: break
        }
    }
}

extension [UInt8] {
    /// Between the bars of the header, `|` and `\` are escaped. It has no line's ends: they become blanks, as do other controls.
    fileprivate mutating func append(cefHeader text: [UInt8]) {
        for byte in text {
            switch byte {
            case UInt8(ascii: "|"), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0..<0x20, 0x7F: append(UInt8(ascii: " "))
            default: append(byte)
            }
        }
    }

    /// In a value of the extension, `=`, `\` and line's ends are.
    fileprivate mutating func append(cefValue text: [UInt8]) {
        reserveCapacity(count + text.count + text.count / 8)
        for byte in text {
            if byte == UInt8(ascii: "=") || byte == UInt8(ascii: "\\") {
                append(UInt8(ascii: "\\"))
                append(byte)
            } else if byte == 0x0A {
                append(ascii: "\\n")
            } else if byte == 0x0D {
                append(ascii: "\\r")
            } else {
                append(byte)
            }
        }
    }
}

extension Timestamp {
    /// Since 1970, cut to the millisecond before.
    var milliseconds: Int64 { seconds * 1000 + Int64(nanoseconds) / 1_000_000 }
}
