internal import AuditStores

/// Answers of a store that cannot be sure that it has everything.
extension AnswerFinder {
    /// What a standby has is told for as long as a cached answer would be; and that it lacks a record says nothing of the primary.
    func told(_ answer: Answer) throws(AnswerFailure) -> Answer {
        guard let doubt = answer.doubt, doubt.cause == .standby else { return answer }
        guard !answer.isMissing, time.steady() - doubt.known < settings.lifetime + settings.staleTime else {
            throw Self.noPrimary
        }
        return answer
    }

    /// An answer for one who wants to know what is stored now.
    func sure(_ answer: Answer) throws(AnswerFailure) -> Answer {
        guard answer.doubt?.cause != .standby else { throw Self.noPrimary }
        return answer
    }

    /// Why a cached answer is given in the place of one that a standby gave; nil when that knows as much. What is read of a primary that
    /// stands alone has all that it had before.
    func detail(of answer: Answer, thatKnowsLessThan cached: Answer) -> StaticString? {
        guard let doubt = answer.doubt, doubt.cause == .standby, doubt.known < cached.asked else {
            return nil
        }
        return doubt.detail
    }

    /// Why a cached answer is given in the place of a failure; nil when it is not. That there was no record says nothing of now, and its
    /// 404 tells neither how old it is nor of the failure.
    func detail(of failure: AnswerFailure, over cached: Answer) -> StaticString? {
        cached.isMissing ? nil : failure.staleDetail
    }

    private static let noPrimary = AnswerFailure.store(
        StoreError(.unavailable, "no primary answers, and a standby may lack too much for what was asked"))
}
