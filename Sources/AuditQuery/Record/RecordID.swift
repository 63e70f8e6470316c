/// The opaque `id` of a record in answers: its key, packed. It holds nothing that the record beside it does
/// not say, and no secret, so it stays valid for as long as the record does.
extension RecordKey {
    private static let idVersion: UInt8 = 1

    /// The id of this record.
    public var id: [UInt8] {
        var packed: [UInt8] = []
        packed.reserveCapacity(7 + systemId.bytes.count + timestamp.count + auditId.bytes.count)
        packed.append(Self.idVersion)
        packed.append(lengthPrefixed: systemId.bytes)
        packed.append(contentsOf: timestamp)
        packed.append(UInt8(ascii: "#"))
        packed.append(contentsOf: auditId.bytes)
        return packed.base64URL
    }

    /// The key that an id stands for; nil when it is no id, and so no record has it.
    public init?(id: [UInt8]) {
        guard let packed = [UInt8](base64URL: id), packed.first == Self.idVersion else { return nil }
        var reader = PackedReader(packed.dropFirst())
        guard let system = reader.lengthPrefixed() else { return nil }
        // A timestamp has no '#'; an auditId may.
        let rest = reader.rest
        guard let separator = rest.firstIndex(of: UInt8(ascii: "#")) else { return nil }
        let auditId = Identifier(Array(rest[(separator + 1)...]))
        let systemId = Identifier(system)
        guard systemId.fault == nil, !auditId.bytes.isEmpty,
            let key = try? RecordKey(
                systemId: systemId, timestamp: Array(rest[..<separator]), auditId: auditId)
        else { return nil }
        self = key
    }
}
