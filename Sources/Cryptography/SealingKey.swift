import COpenSSL

/// Seals short messages with AES-256-SIV (RFC 5297): what comes out hides the message, cannot be changed
/// unnoticed, and is the same for the same message, so equal answers stay equal bytes.
package final class SealingKey: Sendable {
    /// The bytes by which a sealed message is longer than its content.
    package static let overhead = 16

    private let key: [UInt8]
    // An EVP_CIPHER is immutable once fetched and may be shared by threads (openssl-threads(7)).
    private nonisolated(unsafe) let cipher: OpaquePointer

    /// A sealing key that depends on `secret` (any length, at least 32 unpredictable bytes) and on `purpose`,
    /// so that one secret can serve several purposes.
    package init(secret: [UInt8], purpose: String) throws(CryptographyError) {
        // RFC 5297 needs 2 × 256 bits: one half authenticates, the other encrypts.
        key =
            try messageAuthenticationCode(of: Array("\(purpose)/1".utf8), key: secret)
            + messageAuthenticationCode(of: Array("\(purpose)/2".utf8), key: secret)
        guard let cipher = EVP_CIPHER_fetch(nil, "AES-256-SIV", nil) else {
            throw CryptographyError(function: "EVP_CIPHER_fetch(AES-256-SIV)")
        }
        self.cipher = cipher
    }

    deinit {
        EVP_CIPHER_free(cipher)
    }

    /// Seals a message together with a context that is not part of it but must be the same at opening.
    /// Neither may be empty. Costs a few µs.
    package func seal(_ message: [UInt8], context: [UInt8]) throws(CryptographyError) -> [UInt8] {
        let state = try CipherState()
        var sealed = [UInt8](repeating: 0, count: message.count)
        var tag = [UInt8](repeating: 0, count: Self.overhead)
        var written: Int32 = 0
        guard EVP_EncryptInit_ex(state.pointer, cipher, nil, key, nil) == 1,
            EVP_EncryptUpdate(state.pointer, nil, &written, context, Int32(context.count)) == 1,
            EVP_EncryptUpdate(state.pointer, &sealed, &written, message, Int32(message.count)) == 1,
            EVP_EncryptFinal_ex(state.pointer, nil, &written) == 1,
            EVP_CIPHER_CTX_ctrl(state.pointer, EVP_CTRL_AEAD_GET_TAG, Int32(Self.overhead), &tag) == 1
        else { throw CryptographyError(function: "EVP_Encrypt") }
        return tag + sealed
    }

    /// The message that was sealed, or nil if these bytes were not sealed with this key and context.
    package func open(_ sealed: [UInt8], context: [UInt8]) throws(CryptographyError) -> [UInt8]? {
        guard sealed.count > Self.overhead else { return nil }
        let state = try CipherState()
        var tag = Array(sealed.prefix(Self.overhead))
        let content = Array(sealed.dropFirst(Self.overhead))
        var message = [UInt8](repeating: 0, count: content.count)
        var written: Int32 = 0
        guard EVP_DecryptInit_ex(state.pointer, cipher, nil, key, nil) == 1,
            EVP_CIPHER_CTX_ctrl(state.pointer, EVP_CTRL_AEAD_SET_TAG, Int32(Self.overhead), &tag) == 1,
            EVP_DecryptUpdate(state.pointer, nil, &written, context, Int32(context.count)) == 1
        else { throw CryptographyError(function: "EVP_Decrypt") }
        // SIV verifies the tag here, before it gives any byte of the message away.
        guard EVP_DecryptUpdate(state.pointer, &message, &written, content, Int32(content.count)) == 1,
            EVP_DecryptFinal_ex(state.pointer, nil, &written) == 1
        else { return nil }
        return message
    }
}

/// Owns an EVP_CIPHER_CTX for one operation.
private struct CipherState: ~Copyable {
    let pointer: OpaquePointer

    init() throws(CryptographyError) {
        guard let pointer = EVP_CIPHER_CTX_new() else {
            throw CryptographyError(function: "EVP_CIPHER_CTX_new")
        }
        self.pointer = pointer
    }

    deinit {
        EVP_CIPHER_CTX_free(pointer)
    }
}
