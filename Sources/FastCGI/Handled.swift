/// What a handler makes of a request.
package enum Handled: Sendable {
    /// Its answer.
    case reply(Reply)
    /// There is nothing to answer with yet.
    case later(Later)
    /// To answer it may take long, and nothing is done of it yet: it is for another thread (``Turn/mayTakeTime``).
    case putOff(PutOff)
}

/// A request that is put off until a thread is free. All that is kept of it is this, and its connection.
package struct PutOff: Sendable {
    /// What it takes of memory, some hundred bytes aside.
    let byteCount: Int
    /// Answers it.
    let answer: @Sendable () -> Handled
    /// Replies that there is no room for it.
    let refuse: @Sendable () -> Reply

    /// A request of so many bytes, and what is to be done with it.
    package init(
        byteCount: Int, answer: @escaping @Sendable () -> Handled, refuse: @escaping @Sendable () -> Reply
    ) {
        (self.byteCount, self.answer, self.refuse) = (byteCount, answer, refuse)
    }
}

/// A request that waits for something to happen. It holds no thread meanwhile: all that is kept of it is this, and its connection.
package struct Later: Sendable {
    /// What it has seen: it is looked at again when what the server watches is something else.
    package let mark: Int64
    /// When it is answered whatever has happened.
    package let deadline: ContinuousClock.Instant
    /// Whose it is: places are shared by that.
    package let owner: String
    /// Looks again.
    package let look: @Sendable () -> Handled
    /// Replies with what there is.
    package let end: @Sendable () -> Reply

    /// A wait of its parts.
    package init(
        mark: Int64, deadline: ContinuousClock.Instant, owner: String,
        look: @escaping @Sendable () -> Handled,
        end: @escaping @Sendable () -> Reply
    ) {
        (self.mark, self.deadline, self.owner) = (mark, deadline, owner)
        (self.look, self.end) = (look, end)
    }
}
