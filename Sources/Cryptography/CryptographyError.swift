/// libcrypto refused an operation that cannot fail with the arguments given, e.g. because it has no entropy
/// or lacks a cipher: the installation is broken, and nothing secret may go on.
package struct CryptographyError: Error, CustomStringConvertible {
    /// The libcrypto function that failed.
    package let function: String

    /// What failed and what to do.
    package var description: String {
        "libcrypto's \(function) failed: this machine's OpenSSL 3 installation is incomplete or out of entropy"
    }
}
