internal import AuditStores

/// Why a question could not be answered.
enum AnswerFailure: Error, CustomStringConvertible {
    /// The store did not answer.
    case store(StoreError)
    /// What the store answered could not be made into an answer.
    case fault(String)
    /// The records of the ids that were asked for are more than an answer may have, in bytes.
    case tooLarge(limit: Int)
    /// What was to be counted is in more groups than an answer may have.
    case tooManyGroups(limit: Int)
    /// One row of CSV is more than an answer may have, in bytes.
    case rowTooLarge(limit: Int)
    /// The store has no index of these names.
    case noNames(NameKind)
    /// The store keeps no order of arrival.
    case notFollowed
    /// The store does not keep the place that was to be gone on from.
    case placeLost(PlaceLoss)
    /// The seals that were asked for are more than an answer may have.
    case tooManySeals(limit: Int)
    /// A proof would tell of what the key may not see.
    case provesHidden
    /// Nothing proves it, for this reason.
    case noSeal(String)

    /// For operators.
    var description: String {
        switch self {
        case .store(let error): error.description
        case .fault(let detail): detail
        case .tooLarge(let limit): "the records of the ids have more than \(limit) bytes together"
        case .tooManyGroups(let limit): "the records that were to be counted are in more than \(limit) groups"
        case .rowTooLarge(let limit): "the columns make a row of more than \(limit) bytes"
        case .noNames(let kind): "the store has no index of names of \(kind.rawValue)s"
        case .notFollowed: "the store keeps no order of arrival"
        case .placeLost(let loss): loss.reason
        case .tooManySeals(let limit): "the seals that were asked for are more than \(limit)"
        case .provesHidden: "a proof would tell of what the key may not see"
        case .noSeal(let reason): reason
        }
    }

    /// The failure of whoever asked, not of the store: another may have more time.
    var isDeadline: Bool {
        if case .store(let error) = self { error.code == .deadline } else { false }
    }

    /// Whether the same question may be answered when it is asked again at once.
    var mayPass: Bool {
        guard case .store(let error) = self else { return false }
        return error.code != .full
    }

    /// For the client, who learns nothing of files and hosts.
    var problem: Problem {
        switch self {
        case .fault: .internalError
        case .tooLarge(let limit): .tooLarge(limit: limit)
        case .tooManyGroups(let limit): .tooManyGroups(limit: limit)
        case .rowTooLarge(let limit): .rowTooLarge(limit: limit)
        case .noNames(let kind): .noNames(kind)
        case .notFollowed: .notFollowed
        case .placeLost(let loss): .placeGone(loss.reason, loss.advice("after"))
        case .tooManySeals(let limit): .tooManySeals(limit: limit)
        case .provesHidden: .provesHidden
        case .noSeal(let reason): .noSeal(reason)
        case .store(let error):
            switch error.code {
            case .deadline: .deadlinePassed
            case .busy: .unavailable(retryAfterSeconds: 1, error.publicReason)
            case .unavailable, .unreadable, .full, .refused, .tooLarge, .answerTooLarge:
                .unavailable(retryAfterSeconds: 5, error.publicReason)
            case .unfollowed: .notFollowed
            }
        }
    }

    /// Whether nothing is wrong but what was asked.
    var isRefusal: Bool {
        switch self {
        case .tooLarge, .tooManyGroups, .rowTooLarge, .noNames, .notFollowed, .placeLost, .tooManySeals,
            .provesHidden, .noSeal:
            true
        case .store, .fault: false
        }
    }

    /// What Cache-Status says when a stale answer is served in place of this failure; nil when none may be.
    var staleDetail: StaticString? {
        guard case .store(let error) = self else { return nil }
        return error.code == .busy ? "store-busy" : "store-error"
    }
}

extension StoreError {
    /// What clients and load balancers may know.
    var publicReason: String {
        switch code {
        case .unavailable, .unreadable, .refused, .tooLarge, .answerTooLarge:
            "The store cannot be read. Its operators find the reason in the log. Try again later."
        case .busy: "The store is too busy. Try again."
        case .deadline: "The store did not answer in time. Try again."
        case .full: "The store is full. Try again later."
        case .unfollowed: "The store keeps no order in which records came."
        }
    }
}

extension PlaceLoss {
    /// For clients and operators.
    package var reason: String {
        switch self {
        case .otherStore: "The token is of another store than this one."
        case .ahead: "The store ends before the token's place: an earlier state of it was restored."
        case .otherStream: "The token is of another table than this one, or of another stream of it."
        case .trimmed: "The token's place is too long ago: DynamoDB keeps for 24 hours what came."
        case .noBeginning:
            "DynamoDB keeps for 24 hours what came, so there is no beginning that has every record."
        }
    }

    /// What to do, with the name of the parameter that a token is given by.
    package func advice(_ parameter: String) -> String {
        switch self {
        case .otherStore, .ahead:
            "What came since is not known. Begin anew: \(parameter)=start has every record; without \(parameter) it begins now, "
                + "and what came in between is left out."
        case .otherStream, .trimmed:
            "What came since is not known. Begin now, without \(parameter), and then ask for the records of the time in between."
        case .noBeginning:
            "Begin now, without \(parameter), and then ask for the records of before, or export them."
        }
    }
}
