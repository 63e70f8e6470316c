internal import JSONBytes

/// What identifies a record: written again with the same key, it is replaced.
@usableFromInline package struct RecordKey: Hashable, Sendable {
    /// The system that wrote the record.
    @usableFromInline package let systemId: Identifier
    /// When it happened.
    @usableFromInline package let instant: Timestamp
    /// `instant` as the store spells it: another writer's spelling may have 0 to 9 fraction digits.
    @usableFromInline package let timestamp: [UInt8]
    /// The record's own id, unique within its system and instant.
    @usableFromInline package let auditId: Identifier

    /// A key whose timestamp is spelt as the loader spells it.
    package init(systemId: Identifier, instant: Timestamp, auditId: Identifier) {
        self.systemId = systemId
        self.instant = instant
        self.timestamp = instant.text
        self.auditId = auditId
    }

    /// A key as a store has it.
    ///
    /// - Throws: ``TimestampError`` when the spelling is no RFC 3339 timestamp.
    package init(systemId: Identifier, timestamp: [UInt8], auditId: Identifier) throws(TimestampError) {
        self.systemId = systemId
        self.instant = try Timestamp.parse(timestamp).instant
        self.timestamp = timestamp
        self.auditId = auditId
    }

    /// A key whose timestamp has been read already: its spelling, and the instant that it says.
    package init(systemId: Identifier, timestamp: [UInt8], of instant: Timestamp, auditId: Identifier) {
        self.systemId = systemId
        self.instant = instant
        self.timestamp = timestamp
        self.auditId = auditId
    }

    /// Hashes what tells keys apart as a rule: spellings of one instant are rarely two.
    @usableFromInline package func hash(into hasher: inout Hasher) {
        hasher.combine(instant)
        hasher.combine(systemId)
        hasher.combine(auditId)
    }

    /// The place between the records before an instant and those from it on: no record has an empty auditId.
    package static func boundary(at instant: Timestamp) -> RecordKey {
        RecordKey(systemId: Identifier(""), instant: instant, auditId: Identifier(""))
    }
}

/// The order of answers: by instant, then by the bytes of auditId. Keys of different systems may agree in
/// both; then the system's bytes decide, so that there is one order.
extension RecordKey: Comparable {
    /// Whether `left` comes before `right` in ascending order.
    @usableFromInline package static func < (left: RecordKey, right: RecordKey) -> Bool {
        if left.instant != right.instant { return left.instant < right.instant }
        if left.auditId != right.auditId { return left.auditId < right.auditId }
        if left.systemId != right.systemId { return left.systemId < right.systemId }
        return left.timestamp.lexicographicallyPrecedes(right.timestamp)
    }
}

/// The opaque `id` of a record in answers: its key, packed. It holds nothing that the record beside it does
/// not say, and no secret, so it stays valid for as long as the record does.
extension RecordKey {
    private static let idVersion: UInt8 = 1

    /// The id of this record.
    package var id: [UInt8] {
        withUnsafeTemporaryAllocation(byteCount: packedByteCount, alignment: 1) { packed in
            pack(into: packed)
            let room = Base64URL.byteCount(of: packed.count)
            return [UInt8](atMost: room) { text in
                Base64URL.write(UnsafeRawBufferPointer(packed), to: text)
                return room
            }
        }
    }

    /// The bytes that an id stands for.
    var packedByteCount: Int {
        2 + systemId.bytes.lengthPrefixByteCount + systemId.bytes.count + timestamp.count
            + auditId.bytes.count
    }

    /// Writes the bytes that its id stands for, ``packedByteCount`` of them.
    func pack(into room: UnsafeMutableRawBufferPointer) {
        var packed = RoomWriter(room)
        packed.put(Self.idVersion)
        packed.put(lengthPrefixed: systemId.bytes)
        packed.put(timestamp)
        packed.put(UInt8(ascii: "#"))
        packed.put(auditId.bytes)
    }

    /// The key that an id stands for; nil when it is no id, and so no record has it.
    package init?(id: [UInt8]) {
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

/// The order of an answer.
package enum SortOrder: String, Hashable, Sendable, CaseIterable {
    /// Newest first.
    case descending = "desc"
    /// Oldest first.
    case ascending = "asc"

    /// Whether `left` comes before `right` in this order.
    package func areInOrder(_ left: RecordKey, _ right: RecordKey) -> Bool {
        self == .ascending ? left < right : right < left
    }
}
