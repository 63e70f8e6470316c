internal import COpenSSL

/// A SHA-256 digest of bytes that come one after the other. It goes on behind a value that was taken of it.
package final class RunningDigest {
    private let context: OpaquePointer

    /// The digest of no bytes.
    package init() throws(CryptographyError) {
        guard let context = EVP_MD_CTX_new() else { throw CryptographyError(function: "EVP_MD_CTX_new") }
        self.context = context
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            throw CryptographyError(function: "EVP_DigestInit_ex")
        }
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Takes further bytes.
    package func update(_ bytes: some Collection<UInt8>) {
        let isDone = bytes.withContiguousStorageIfAvailable {
            EVP_DigestUpdate(context, $0.baseAddress, $0.count)
        }
        guard isDone == nil else { return }
        let copy = Array(bytes)
        EVP_DigestUpdate(context, copy, copy.count)
    }

    /// The digest of the bytes up to now.
    package func value() throws(CryptographyError) -> [UInt8] {
        guard let copy = EVP_MD_CTX_new() else { throw CryptographyError(function: "EVP_MD_CTX_new") }
        defer { EVP_MD_CTX_free(copy) }
        var bytes = [UInt8](repeating: 0, count: Digest.byteCount)
        guard EVP_MD_CTX_copy_ex(copy, context) == 1, EVP_DigestFinal_ex(copy, &bytes, nil) == 1 else {
            throw CryptographyError(function: "EVP_DigestFinal_ex")
        }
        return bytes
    }
}
