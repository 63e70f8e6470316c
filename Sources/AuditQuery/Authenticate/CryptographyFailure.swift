/// libcrypto could not do its part; nothing secret may go on without it.
public struct CryptographyFailure: Error, CustomStringConvertible {
    /// What failed and what to do.
    public let description: String
}
