internal import JSONBytes

/// A system's, user's, resource's or audit record's id: any UTF-8, compared byte by byte.
///
/// Not a `String`, which calls two spellings of one character equal ("é" as one code point or as two) and
/// sorts them as one: to the store, and so to an auditor, they are different ids.
@usableFromInline package struct Identifier: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The UTF-8 bytes.
    @usableFromInline package let bytes: [UInt8]

    /// The longest id that can be asked for, in bytes.
    package static let maximumByteCount = 1024

    /// An id of these bytes, which are UTF-8.
    @inlinable
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// An id of these bytes, which are UTF-8.
    @inlinable
    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// An id of this text.
    @inlinable
    package init(_ text: some StringProtocol) {
        bytes = Array(text.utf8)
    }

    /// The id as text.
    @usableFromInline package var description: String { String(decoding: bytes, as: UTF8.self) }

    /// Hashes the bytes at once: an array hashes one after the other.
    @usableFromInline package func hash(into hasher: inout Hasher) {
        hasher.combine(bytes.count)
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    /// Whether the bytes are the same.
    @usableFromInline package static func == (left: Identifier, right: Identifier) -> Bool {
        left.bytes.withUnsafeBytes { left in right.bytes.withUnsafeBytes { ByteSearch.areEqual(left, $0) } }
    }

    /// The order of the bytes, which is the stores' order.
    @usableFromInline package static func < (left: Identifier, right: Identifier) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    /// What is wrong with this id as something to ask for or to load, for a person to read; nil when nothing
    /// is.
    package var fault: String? {
        if bytes.isEmpty { return "must not be empty" }
        if bytes.count > Self.maximumByteCount {
            return "is \(bytes.count) bytes long; at most \(Self.maximumByteCount) are allowed"
        }
        if bytes.isPrintableASCII { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else { return "is not valid UTF-8" }
        return text.firstControlCharacter.map { "has the control character \($0)" }
    }
}

extension String {
    /// The first control character, as U+0009; nil where there is none.
    var firstControlCharacter: String? {
        // The category Cc of Unicode, whose table would be looked into for each character.
        unicodeScalars.first { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
            .map { "U+\($0.value.codePoint)" }
    }
}
