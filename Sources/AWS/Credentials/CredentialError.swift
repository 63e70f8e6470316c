/// Why there are no credentials.
public struct CredentialError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, where, and what to do. Holds no secret.
    public let description: String

    /// An error of its description.
    public init(_ description: String) {
        self.description = description
    }
}
