package import Threads

/// How many bytes one answer may hold while it is made: so many of records, and as many again for the body that is
/// written from them.
package struct AnswerRoom {
    private let memory: AnswerMemory
    /// What is reserved, for as long as the answer is there.
    let reservation: Reservation
    /// The bytes of records that may be held now.
    package private(set) var byteLimit: Int

    /// The most bytes that there can ever be room for beside other records.
    var largest: Int { memory.limits.answer }

    /// Bytes that as many records usually take.
    private let usual: Int

    /// Room for as much as needs no reservation. If `isEager`, room for what is usual instead, where that much is free.
    init(_ memory: AnswerMemory, _ reservation: Reservation, usual: Int, isEager: Bool) {
        self.memory = memory
        self.reservation = reservation
        self.usual = min(usual, memory.limits.answer)
        byteLimit = memory.limits.unasked
        if isEager, self.usual > byteLimit, reservation.tryGrow(to: 2 * self.usual) { byteLimit = self.usual }
    }

    /// Makes room for so many bytes of records in all, if an answer may have as many. Whoever has reserved nothing yet waits
    /// for it until `end`; whoever has takes only what is free, as it might wait for ever for others like it.
    package mutating func grow(toHold bytes: Int, until end: ContinuousClock.Instant) -> Bool {
        guard bytes > byteLimit else { return true }
        guard bytes <= memory.limits.answer else { return false }
        let wanted = min(max(bytes, usual, 4 * byteLimit), memory.limits.answer)
        for target in [wanted, bytes] where reservation.tryGrow(to: 2 * target) {
            byteLimit = target
            return true
        }
        guard reservation.isEmpty, reservation.wait(for: 2 * wanted, until: end) == .admitted else {
            return false
        }
        byteLimit = wanted
        return true
    }

    /// Waits for room for the largest answer, or for one record that is larger still. To be called while no record is held.
    package mutating func wait(toHold bytes: Int, until deadline: ContinuousClock.Instant) throws(StoreError)
    {
        let wanted = max(bytes, memory.limits.answer)
        let admission = reservation.wait(for: 2 * wanted, until: deadline)
        guard admission != .admitted else {
            byteLimit = wanted
            return
        }
        memory.onShed()
        if 2 * wanted > memory.limits.reserved {
            throw StoreError(
                .unavailable, "a record of \(bytes) bytes is more than worker.answer-bytes has room for")
        }
        throw StoreError(
            .busy,
            admission == .late
                ? "others' answers took all of worker.answer-bytes until the request's deadline"
                : "\(memory.limits.waiting) requests wait for room for their answers (worker.answer-bytes)")
    }

    /// Gives back what is not needed once all records are read: it keeps room for so many bytes of them, and for the body.
    package func keep(records bytes: Int) {
        reservation.shrink(to: bytes <= memory.limits.unasked ? 0 : 2 * bytes)
    }

    /// Gives back what is not needed once the body of so many bytes is written, and the records are let go of.
    ///
    /// - Returns: the reservation, to be held as long as the body is; nil for a body so small that it needs none.
    package func keep(body bytes: Int) -> Reservation? {
        reservation.shrink(to: bytes)
        return bytes <= memory.limits.unasked ? nil : reservation
    }
}
