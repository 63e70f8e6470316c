import COpenSSL

/// SHA-256 of many short messages one after the other, with one state for all of them: ``Digest`` makes one for each, which takes
/// longer than a short message itself. For one thread.
package final class DigestState {
    private let context: OpaquePointer

    /// A state of its own.
    package init() {
        guard let context = EVP_MD_CTX_new(), let algorithm = EVP_MD_fetch(nil, "SHA256", nil) else {
            preconditionFailure("OpenSSL has no SHA-256: check what its configuration loads")
        }
        self.context = context
        let isReady = EVP_DigestInit_ex2(context, algorithm, nil)
        // The context holds it from here on.
        EVP_MD_free(algorithm)
        precondition(isReady == 1, "OpenSSL has no SHA-256: check what its configuration loads")
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    /// Writes the digest of a message, or of two parts of it, one behind the other, into 32 bytes. Allocates nothing.
    package func digest(
        _ first: UnsafeRawBufferPointer,
        _ second: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
        into result: UnsafeMutableRawBufferPointer
    ) {
        precondition(result.count == Digest.byteCount)
        let isDone =
            EVP_DigestInit_ex2(context, nil, nil) == 1
            && EVP_DigestUpdate(context, first.baseAddress, first.count) == 1
            && (second.isEmpty || EVP_DigestUpdate(context, second.baseAddress, second.count) == 1)
            && EVP_DigestFinal_ex(context, result.baseAddress?.assumingMemoryBound(to: UInt8.self), nil) == 1
        precondition(isDone, "OpenSSL's SHA-256 failed: this machine's installation is incomplete")
    }
}
