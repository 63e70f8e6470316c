/// What a handler makes of a request.
package enum Handled: Sendable {
    /// Its answer.
    case reply(Reply)
    /// There is nothing to answer with yet.
    case later(Later)
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
