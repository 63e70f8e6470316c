internal import AuditRecords
internal import JSONBytes

/// A record as an event of the Open Cybersecurity Schema Framework. Its attributes are those of version 1.3.0, which later ones
/// of 1 have as well. What has no attribute there is not cut away: `unmapped` is the record as the interface answers it, whole.
struct OCSFEvent {
    private let record: AuditRecord
    private let summary: RecordSummary
    private let version: [UInt8]
    private let kind: OCSFKind

    init(_ record: AuditRecord, _ summary: RecordSummary, _ version: [UInt8]) {
        (self.record, self.summary, self.version) = (record, summary, version)
        kind = OCSFKind(summary)
    }

    func append(_ attributes: [UInt8], to line: inout [UInt8]) {
        line.reserveCapacity(line.count + 2 * record.byteCount + 600)
        line.append(json: "{\"time\":")
        line += String(record.key.instant.milliseconds).utf8
        appendKind(to: &line)
        appendOutcome(to: &line)
        appendMetadata(to: &line)
        line.append(json: ",\"actor\":{\"user\":{\"uid\":")
        line.append(jsonString: record.userId.bytes)
        line.append(json: "}}")
        appendTarget(to: &line)
        if let address = summary.address {
            line.append(json: ",\"src_endpoint\":{\"ip\":\"")
            line += address.text.utf8
            line.append(json: "\"}")
        } else if kind.family == .apiActivity {
            // The class must have one.
            line.append(json: ",\"src_endpoint\":{\"name\":\"unknown\"}")
        }
        line.append(json: ",\"unmapped\":")
        line.append(answered: record, attributes)
        line.append(json: "}")
    }

    private func appendKind(to line: inout [UInt8]) {
        line.append(json: ",\"class_uid\":")
        line.append(decimal: kind.family.rawValue)
        line.append(json: ",\"class_name\":\"")
        line.append(json: kind.family.name)
        line.append(json: "\",\"category_uid\":")
        line.append(decimal: kind.family.rawValue / 1000)
        line.append(json: ",\"category_name\":\"")
        line.append(json: kind.family.category)
        line.append(json: "\",\"activity_id\":")
        line.append(decimal: kind.activity)
        // The schema has a caption for each other activity; for this one it is the source's word.
        if kind.activity == OCSFKind.otherActivity, let action = summary.action {
            line.append(json: ",\"activity_name\":")
            line.append(jsonString: action)
        }
        line.append(json: ",\"type_uid\":")
        line.append(decimal: kind.family.rawValue * 100 + kind.activity)
    }

    private func appendOutcome(to line: inout [UInt8]) {
        switch summary.outcome {
        case .success:
            line.append(
                json:
                    ",\"status_id\":1,\"status\":\"Success\",\"severity_id\":1,\"severity\":\"Informational\""
            )
        case .failure:
            line.append(
                json: ",\"status_id\":2,\"status\":\"Failure\",\"severity_id\":2,\"severity\":\"Low\"")
        case .denied:
            line.append(
                json: ",\"status_id\":2,\"status\":\"Failure\",\"status_detail\":\"denied\"")
            line.append(json: ",\"severity_id\":3,\"severity\":\"Medium\"")
        case .unknown:
            line.append(
                json:
                    ",\"status_id\":0,\"status\":\"Unknown\",\"severity_id\":1,\"severity\":\"Informational\""
            )
        }
    }

    private func appendMetadata(to line: inout [UInt8]) {
        line.append(
            json:
                ",\"metadata\":{\"version\":\"1.3.0\",\"product\":{\"vendor_name\":\"audit-query\",\"name\":")
        line.append(jsonString: record.key.systemId.bytes)
        line.append(json: "},\"log_provider\":\"audit-query\",\"log_version\":")
        line.append(jsonString: version)
        line.append(json: ",\"uid\":")
        line.append(jsonString: record.key.auditId.bytes)
        line.append(json: ",\"original_time\":")
        line.append(jsonString: record.key.timestamp)
        if let action = summary.action {
            line.append(json: ",\"event_code\":")
            line.append(jsonString: action)
        }
        line.append(json: "}")
    }

    /// What it was done to, where the class has it.
    private func appendTarget(to line: inout [UInt8]) {
        switch kind.family {
        case .apiActivity:
            line.append(json: ",\"api\":{\"operation\":")
            line.append(jsonString: summary.action ?? [UInt8(ascii: "-")])
            line.append(json: ",\"service\":{\"name\":")
            line.append(jsonString: record.key.systemId.bytes)
            line.append(json: "}},\"resources\":[{\"uid\":")
            line.append(jsonString: record.resourceId.bytes)
            line.append(json: "}]")
        case .authentication:
            // Who logs on is both.
            line.append(json: ",\"user\":{\"uid\":")
            line.append(jsonString: record.userId.bytes)
            line.append(json: "},\"service\":{\"name\":")
            line.append(jsonString: record.key.systemId.bytes)
            line.append(json: "}")
        case .accountChange:
            line.append(json: ",\"user\":{\"uid\":")
            line.append(jsonString: record.resourceId.bytes)
            line.append(json: "}")
        }
    }
}
