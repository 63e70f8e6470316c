import COpenSSL

/// A SHA-256 digest: 32 bytes. Compared in constant time, so that a comparison tells nothing of where two
/// differ.
public struct Digest: Sendable, Hashable {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// The number of bytes of a SHA-256 digest.
    public static let byteCount = 32

    /// Digests a message (FIPS 180-4). About 1 µs and 32 bytes of allocation for a short message.
    public init(of message: some Sequence<UInt8>) {
        let message = Array(message)
        bytes = [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            _ = SHA256(message, message.count, buffer.baseAddress)
            count = Self.byteCount
        }
    }

    /// A digest that was kept, from its 64 hexadecimal digits; nil for any other text.
    public init?(hexadecimal: String) {
        guard let bytes = [UInt8](hexadecimal: hexadecimal), bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// 64 lower-case hexadecimal digits.
    public var hexadecimal: String { bytes.hexadecimal }

    /// Equality in constant time.
    public static func == (left: Digest, right: Digest) -> Bool {
        constantTimeEqual(left.bytes, right.bytes)
    }
}

/// Compares two byte strings in a time that depends on their lengths only (CRYPTO_memcmp(3)).
public func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
