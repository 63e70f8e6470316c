/// Decodes a string that a cursor has passed, its quotes included, to UTF-8. Nil when an escape is half of a
/// surrogate pair, which no UTF-8 can stand for.
@usableFromInline package func decodeJSONString(_ quoted: ArraySlice<UInt8>) -> [UInt8]? {
    let content = quoted.dropFirst().dropLast()
    guard content.contains(UInt8(ascii: "\\")) else { return Array(content) }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(content.count)
    var rest = content
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "\\") else {
            decoded.append(byte)
            continue
        }
        switch rest.popFirst() {
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"):
            guard let scalar = popScalar(&rest) else { return nil }
            decoded.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        case let literal: decoded.append(literal ?? UInt8(ascii: "\\"))
        }
    }
    return decoded
}

/// The scalar after a `\u` that has just been passed, with the second escape of a surrogate pair.
private func popScalar(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
    let first = popHexadecimal(&rest)
    guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) }
    guard rest.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else { return nil }
    rest = rest.dropFirst(2)
    let second = popHexadecimal(&rest)
    guard (0xDC00..<0xE000).contains(second) else { return nil }
    return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
}

private func popHexadecimal(_ rest: inout ArraySlice<UInt8>) -> UInt32 {
    defer { rest = rest.dropFirst(4) }
    return rest.prefix(4).reduce(0) { $0 << 4 | UInt32($1.hexadecimalValue ?? 0) }
}

extension [UInt8] {
    /// Appends a JSON string, quotes included, of UTF-8 bytes.
    @inlinable
    package mutating func append(jsonString text: some Collection<UInt8>) {
        append(UInt8(ascii: "\""))
        let isDone: Void? = text.withContiguousStorageIfAvailable {
            append(jsonEscapedBytes: UnsafeRawBufferPointer($0))
        }
        if isDone == nil { for byte in text { append(jsonEscaped: byte) } }
        append(UInt8(ascii: "\""))
    }

    /// What needs no escape goes over as it is, whole runs at a time.
    @usableFromInline
    mutating func append(jsonEscapedBytes bytes: UnsafeRawBufferPointer) {
        var start = 0
        while start < bytes.count {
            let end = ByteSearch.placeOfSpecial(in: bytes, from: start)
            append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            if end < bytes.count { append(jsonEscaped: bytes[end]) }
            start = end + 1
        }
    }

    /// The bytes of this text within a JSON string, its quotes left out.
    package var jsonByteCount: Int {
        withUnsafeBytes { bytes in
            var sum = bytes.count
            var place = ByteSearch.placeOfSpecial(in: bytes)
            while place < bytes.count {
                sum += bytes[place].jsonEscapeByteCount - 1
                place = ByteSearch.placeOfSpecial(in: bytes, from: place + 1)
            }
            return sum
        }
    }

    /// Appends text that is JSON already, or part of it.
    @inlinable
    package mutating func append(json text: StaticString) {
        append(ascii: text)
    }

    @usableFromInline
    mutating func append(jsonEscaped byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append(json: "\\\"")
        case UInt8(ascii: "\\"): append(json: "\\\\")
        case 0x0A: append(json: "\\n")
        case 0x0D: append(json: "\\r")
        case 0x09: append(json: "\\t")
        case 0..<0x20:
            append(json: "\\u00")
            append(UInt8(ascii: "0") + byte >> 4)
            append(contentsOf: String(byte & 15, radix: 16).utf8)
        default: append(byte)
        }
    }
}

extension UInt8 {
    fileprivate var jsonEscapeByteCount: Int {
        switch self {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x0A, 0x0D, 0x09: 2
        default: 6
        }
    }

    @inlinable
    var needsJSONEscape: Bool {
        self < 0x20 || self == UInt8(ascii: "\"") || self == UInt8(ascii: "\\")
    }
}
