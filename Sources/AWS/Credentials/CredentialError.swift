/// Why there are no credentials.
public struct CredentialError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, where, and what to do. Holds no secret.
    public let description: String

    /// An error of its description.
    public init(_ description: String) {
        self.description = description
    }

    /// An error of what a service said, which may have repeated one of the secrets that it was told.
    init(_ description: String, secrets: [String]) {
        self.init(secrets.reduce(description) { $1.isEmpty ? $0 : $0.replacing($1, with: "…") })
    }
}
