package import JSONBytes

/// What a record says as bytes that are the same whatever store it is in, and whatever that does to the spelling of numbers and
/// instants and to the order of members. What digests, seals and proofs are of.
extension AuditRecord {
    /// `{"attributes":{…},"auditId":…,"resourceId":…,"systemId":…,"timestamp":…,"userId":…}` in one spelling
    /// ([decision 42](docs/decisions/0042-a-load-looks-before-it-writes.md)). Costs 1 to 2 µs for a usual record.
    ///
    /// - Throws: where its attributes are no JSON that says anything for sure.
    package func canonicalJSON() throws(JSONFault) -> [UInt8] {
        var canonical = CanonicalJSON()
        canonical.text.reserveCapacity(byteCount)
        try canonical.write(self)
        return canonical.text
    }
}

extension CanonicalJSON {
    /// Writes a record as ``AuditRecord/canonicalJSON()`` has it, in place of what was written before.
    package mutating func write(_ record: AuditRecord) throws(JSONFault) {
        text.removeAll(keepingCapacity: true)
        text.append(json: "{\"attributes\":")
        try append(object: record.attributes)
        let key = record.key
        text.append(json: ",\"auditId\":")
        text.append(jsonString: key.auditId.bytes)
        text.append(json: ",\"resourceId\":")
        text.append(jsonString: record.resourceId.bytes)
        text.append(json: ",\"systemId\":")
        text.append(jsonString: key.systemId.bytes)
        text.append(json: ",\"timestamp\":\"")
        text.append(contentsOf: key.isSpeltCanonically ? key.timestamp : key.instant.text)
        text.append(json: "\",\"userId\":")
        text.append(jsonString: record.userId.bytes)
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
