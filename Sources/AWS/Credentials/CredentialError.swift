/// Why there are no credentials.
package struct CredentialError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, where, and what to do. Holds no secret.
    package let description: String

    /// An error of its description.
    package init(_ description: String) {
        self.description = description
    }

    /// An error of what a service said, which may have repeated one of the secrets that it was told.
    init(_ description: String, secrets: [String]) {
        self.init(secrets.reduce(description) { $1.isEmpty ? $0 : $0.replacing($1, with: "…") })
    }
}
