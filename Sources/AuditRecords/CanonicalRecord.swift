package import JSONBytes

/// What a record says as bytes that are the same whatever store it is in, and whatever that does to the spelling of numbers and
/// instants and to the order of members. What digests, seals and proofs are of.
extension AuditRecord {
    /// `{"attributes":{…},"auditId":…,"resourceId":…,"systemId":…,"timestamp":…,"userId":…}` in one spelling
    /// ([decision 42](docs/decisions/0042-a-load-looks-before-it-writes.md)). Costs 1 to 2 µs for a usual record.
    ///
    /// - Throws: where its attributes are no JSON that says anything for sure.
    package func canonicalJSON() throws(JSONFault) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(byteCount)
        try writeCanonicalJSON(over: &text)
        return text
    }

    /// The same in place of what stands in a buffer, whose memory is used again.
    package func writeCanonicalJSON(over text: inout [UInt8]) throws(JSONFault) {
        var buffer: [UInt8] = []
        swap(&buffer, &text)
        buffer.removeAll(keepingCapacity: true)
        buffer.append(json: "{\"attributes\":")
        text = try CanonicalJSON(object: attributes, behind: buffer).text
        text.append(json: ",\"auditId\":")
        text.append(jsonString: key.auditId.bytes)
        text.append(json: ",\"resourceId\":")
        text.append(jsonString: resourceId.bytes)
        text.append(json: ",\"systemId\":")
        text.append(jsonString: key.systemId.bytes)
        text.append(json: ",\"timestamp\":\"")
        text.append(contentsOf: key.isSpeltCanonically ? key.timestamp : key.instant.text)
        text.append(json: "\",\"userId\":")
        text.append(jsonString: userId.bytes)
        text.append(UInt8(ascii: "}"))
    }
}

extension RecordKey {
    /// Whether the timestamp is spelt as ``Timestamp/text`` spells it for sure: in UTC, to the millisecond.
    fileprivate var isSpeltCanonically: Bool {
        timestamp.count == 24 && timestamp[10] == UInt8(ascii: "T") && timestamp[19] == UInt8(ascii: ".")
            && timestamp[23] == UInt8(ascii: "Z")
    }
}
