/// What became of a request, as far as it got: filled in by the stages that it passes.
struct RequestOutcome {
    /// What its path leads to.
    var route: Route?
    /// Who asks.
    var key: APIKey?
    /// What is asked, if it is well asked.
    var asked: Asked?
    /// The answer, if there is one.
    var found: FoundAnswer?
    /// Why there is none, if the store or the service failed.
    var failure: AnswerFailure?

    /// A question, or what is one.
    enum Asked {
        /// What was read.
        case question(Question)
        /// What was not, for it is spelt as a question that was.
        case spelling
    }
}
