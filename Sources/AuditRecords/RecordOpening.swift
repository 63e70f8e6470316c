internal import JSONBytes

extension [UInt8] {
    /// Appends what stands before the attributes of a record in an answer; a brace ends the record behind them.
    package mutating func append(openingOf record: AuditRecord) {
        guard let count = record.plainOpeningByteCount else { return append(escapedOpeningOf: record) }
        let packed = record.key.packedByteCount
        // All of it in one piece, and behind that what the id stands for.
        withUnsafeTemporaryAllocation(byteCount: count + packed, alignment: 1) { room in
            let id = UnsafeMutableRawBufferPointer(rebasing: room[count...])
            record.key.pack(into: id)
            var opening = RoomWriter(UnsafeMutableRawBufferPointer(rebasing: room[..<count]))
            opening.put("{\"id\":\"")
            opening.put(base64URL: UnsafeRawBufferPointer(id))
            opening.put("\",\"auditId\":\"")
            opening.put(record.key.auditId.bytes)
            opening.put("\",\"timestamp\":\"")
            opening.put(record.key.timestamp)
            opening.put("\",\"systemId\":\"")
            opening.put(record.key.systemId.bytes)
            opening.put("\",\"userId\":\"")
            opening.put(record.userId.bytes)
            opening.put("\",\"resourceId\":\"")
            opening.put(record.resourceId.bytes)
            opening.put("\",\"attributes\":")
            append(contentsOf: opening.written)
        }
    }

    /// The same of a record whose ids have what a JSON string has behind a backslash only.
    private mutating func append(escapedOpeningOf record: AuditRecord) {
        append(json: "{\"id\":")
        append(jsonString: record.key.id)
        append(json: ",\"auditId\":")
        append(jsonString: record.key.auditId.bytes)
        append(json: ",\"timestamp\":")
        append(jsonString: record.key.timestamp)
        append(json: ",\"systemId\":")
        append(jsonString: record.key.systemId.bytes)
        append(json: ",\"userId\":")
        append(jsonString: record.userId.bytes)
        append(json: ",\"resourceId\":")
        append(jsonString: record.resourceId.bytes)
        append(json: ",\"attributes\":")
    }
}

/// Writes one run of bytes behind the other into room that was measured for them before. It ends the program where they are more.
struct RoomWriter {
    private let room: UnsafeMutableRawBufferPointer
    private var end = 0

    init(_ room: UnsafeMutableRawBufferPointer) { self.room = room }

    /// What was written.
    var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: room[..<end]) }

    mutating func put(_ byte: UInt8) {
        take(1).storeBytes(of: byte, as: UInt8.self)
    }

    mutating func put(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { take($0.count).copyMemory(from: $0) }
    }

    mutating func put(_ text: StaticString) {
        text.withUTF8Buffer { take($0.count).copyMemory(from: UnsafeRawBufferPointer($0)) }
    }

    /// Bytes as base64url characters.
    mutating func put(base64URL bytes: UnsafeRawBufferPointer) {
        Base64URL.write(bytes, to: take(Base64URL.byteCount(of: bytes.count)))
    }

    /// A length (LEB128), and as many bytes.
    mutating func put(lengthPrefixed bytes: [UInt8]) {
        var length = UInt32(bytes.count)
        while length >= 0x80 {
            put(UInt8(truncatingIfNeeded: length) | 0x80)
            length >>= 7
        }
        put(UInt8(length))
        put(bytes)
    }

    private mutating func take(_ count: Int) -> UnsafeMutableRawBufferPointer {
        precondition(count <= room.count - end)
        defer { end += count }
        return UnsafeMutableRawBufferPointer(rebasing: room[end..<end + count])
    }
}
