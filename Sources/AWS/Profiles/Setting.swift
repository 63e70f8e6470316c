/// The value of one setting in a shared file. It may be a secret.
struct Setting: Sendable, Equatable {
    var text: String
    /// The settings below one without a text of its own, such as `endpoint_url` below `dynamodb =`.
    var nested: [String: String] = [:]
}

extension Setting: Redacted {
    var description: String { "a setting" }
}
