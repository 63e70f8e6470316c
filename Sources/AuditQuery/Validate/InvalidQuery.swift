/// What is wrong with a question.
public struct InvalidQuery: Error {
    /// Each parameter that is wrong.
    public let errors: [ParameterError]
}
