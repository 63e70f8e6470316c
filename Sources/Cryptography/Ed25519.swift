import COpenSSL

/// A private key of Ed25519 (RFC 8032): its seed. Never in a description, a log or an error.
package struct Ed25519PrivateKey: Sendable, CustomStringConvertible {
    /// The 32 bytes that it is made of.
    package let seed: [UInt8]
    /// Who wants to verify needs it.
    package let publicKey: Ed25519PublicKey

    /// A new key.
    package init() throws(CryptographyError) {
        try self.init(seed: randomBytes(Ed25519PublicKey.byteCount))
    }

    /// The key of 32 bytes that were kept.
    package init(seed: [UInt8]) throws(CryptographyError) {
        let key = try KeyHandle(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count))
        var bytes = [UInt8](repeating: 0, count: Ed25519PublicKey.byteCount)
        var count = bytes.count
        guard EVP_PKEY_get_raw_public_key(key.pointer, &bytes, &count) == 1, count == bytes.count else {
            throw CryptographyError(function: "EVP_PKEY_get_raw_public_key")
        }
        self.seed = seed
        publicKey = Ed25519PublicKey(bytes: bytes)
    }

    /// The signature of a message: 64 bytes, always the same ones. Costs some 50 µs.
    package func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        let key = try KeyHandle(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count))
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: Ed25519PublicKey.signatureByteCount)
        var count = signature.count
        guard EVP_DigestSignInit(context, nil, nil, nil, key.pointer) == 1,
            EVP_DigestSign(context, &signature, &count, message, message.count) == 1,
            count == signature.count
        else { throw CryptographyError(function: "EVP_DigestSign") }
        return signature
    }

    /// Only that it is one.
    package var description: String { "Ed25519PrivateKey" }
}

/// A public key of Ed25519 (RFC 8032).
package struct Ed25519PublicKey: Hashable, Sendable {
    /// The 32 bytes, as RFC 8032 encodes them.
    package let bytes: [UInt8]

    /// The bytes of a key.
    package static let byteCount = 32
    /// The bytes of a signature.
    package static let signatureByteCount = 64

    /// The key of 32 bytes.
    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether a signature is this key's for a message. Costs some 150 µs.
    package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard bytes.count == Self.byteCount, signature.count == Self.signatureByteCount,
            let key = try? KeyHandle(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count))
        else { return false }
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, nil, nil, key.pointer) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}

/// Owns an EVP_PKEY for one operation.
private struct KeyHandle: ~Copyable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer?) throws(CryptographyError) {
        guard let pointer else { throw CryptographyError(function: "EVP_PKEY_new_raw_private_key") }
        self.pointer = pointer
    }

    deinit {
        EVP_PKEY_free(pointer)
    }
}
