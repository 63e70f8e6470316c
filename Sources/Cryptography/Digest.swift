import COpenSSL

/// A SHA-256 digest: 32 bytes. Compared in constant time, so that a comparison tells nothing of where two
/// differ.
package struct Digest: Sendable, Hashable {
    /// The 32 bytes.
    package let bytes: [UInt8]

    /// The number of bytes of a SHA-256 digest.
    package static let byteCount = 32

    /// OpenSSL's SHA-256, looked up once: SHA256(3) does so for each message, which takes longer than a short one itself.
    /// It lives as long as the program. Read by any number of threads (EVP_MD_fetch(3)).
    nonisolated(unsafe) private static let algorithm = EVP_MD_fetch(nil, "SHA256", nil)

    /// Digests a message (FIPS 180-4). Under 1 µs and 32 bytes of allocation for a short message.
    package init(of message: some Sequence<UInt8>) {
        let message = Array(message)
        // Made elsewhere and copied: an array that is made to be filled has its type asked for each time.
        bytes = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.byteCount) { place in
            let isDone = EVP_Digest(message, message.count, place.baseAddress, nil, Self.algorithm, nil)
            precondition(isDone == 1, "OpenSSL has no SHA-256: check what its configuration loads")
            return [UInt8](place)
        }
    }

    /// A digest that was kept, from its 64 hexadecimal digits; nil for any other text.
    package init?(hexadecimal: String) {
        guard let bytes = [UInt8](hexadecimal: hexadecimal), bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// 64 lower-case hexadecimal digits.
    package var hexadecimal: String { bytes.hexadecimal }

    /// A digest's first bytes are as good as any hash of it.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
    }

    /// Equality in constant time.
    package static func == (left: Digest, right: Digest) -> Bool {
        constantTimeEqual(left.bytes, right.bytes)
    }
}

/// Compares two byte strings in a time that depends on their lengths only (CRYPTO_memcmp(3)).
package func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}

/// HMAC-SHA-256 of a message (RFC 2104): 32 bytes. Also serves to derive one key from another, with the
/// derived key's purpose as the message.
package func messageAuthenticationCode(of message: [UInt8], key: [UInt8]) throws(CryptographyError) -> [UInt8]
{
    var code = [UInt8](repeating: 0, count: Digest.byteCount)
    var length: UInt32 = 0
    let result = HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, &length)
    guard result != nil, length == Digest.byteCount else { throw CryptographyError(function: "HMAC") }
    return code
}
