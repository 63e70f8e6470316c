/// Where records are forwarded to: one place. Of one thread.
package protocol FarEnd: AnyObject {
    /// What it is, for a person to read and for the checkpoint to know it by, without secrets.
    var name: String { get }

    /// Whether it has all that was sent for sure. Where it is not, ``settle()`` makes it so.
    var isSettled: Bool { get }

    /// How long records may be unsettled: settling costs something.
    var settleInterval: Duration { get }

    /// Whether what one ``send(_:_:)`` gave it stays with it when the next one fails. Where it may not, all is sent again that was
    /// sent since it was settled.
    var keepsWhatWasSent: Bool { get }

    /// Whether a batch that is sent again, also by another process, must be the same records, for it knows it by them.
    var needsEqualBatches: Bool { get }

    /// Sends some of the records of a batch, in their order. How much of them it has where this throws is not known, but for those
    /// that ``FarEndError/refused(_:)`` speaks of.
    func send(_ batch: borrowing ForwardedBatch, _ range: Range<Int>) throws(FarEndError)

    /// Returns when the far end has all that was sent. Where it throws, all that was sent since it last returned may be lost.
    func settle() throws(FarEndError)
}

/// Why a far end has not taken what was sent.
package enum FarEndError: Error {
    /// It may take it another time: why, for a person to read, and how long it wants to be left alone where it says so.
    case unavailable(_ reason: String, wait: Duration? = nil)
    /// It will never take it.
    case refused(Refusal)
}

/// What a far end will never take, and why, for a person to read.
package enum Refusal: Sendable {
    /// The record at this place in the batch; those before it have been sent.
    case one(Int, reason: String)
    /// Something among what was sent, of which nothing was taken: its parts may be sent for themselves.
    case whole(reason: String)
    /// Some of what was sent, of which it does not tell which, and which may not be sent again.
    case some(reason: String)
}
