/// What is wrong with one parameter.
public struct ParameterError: Error, Hashable, Sendable {
    /// The parameter's name as the client wrote it, or a place such as `ids[3]`.
    public let parameter: String
    /// What is wrong with it and what to write instead.
    public let detail: String

    /// An error of its two parts.
    public init(_ parameter: String, _ detail: String) {
        self.parameter = parameter
        self.detail = detail
    }
}
