/// What became of a request, as far as it got: filled in by the stages that it passes.
struct RequestOutcome {
    /// What its path leads to.
    var route: Route?
    /// Who asks.
    var keyID: String?
    /// What is asked.
    var question: Question?
    /// The answer, if there is one.
    var found: FoundAnswer?
    /// Why there is none, if the store or the service failed.
    var failure: AnswerFailure?
}
