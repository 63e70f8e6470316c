/// How many bytes one answer may hold while it is made: so many of records, and as many again for the body that is
/// written from them.
struct AnswerRoom {
    private let memory: AnswerMemory
    /// What is reserved, for as long as the answer is there.
    let reservation: Reservation
    /// The bytes of records that may be held now.
    private(set) var byteLimit: Int

    init(_ memory: AnswerMemory, _ reservation: Reservation, usual: Int) {
        self.memory = memory
        self.reservation = reservation
        let limits = memory.limits
        let usual = min(usual, limits.answer)
        byteLimit = limits.unasked
        if usual > byteLimit, reservation.tryGrow(to: 2 * usual) { byteLimit = usual }
    }

    /// Makes room for more records beside those that are held, if an answer may have so many bytes and they are free.
    mutating func tryGrow(toHold bytes: Int) -> Bool {
        guard bytes > byteLimit else { return true }
        let limits = memory.limits
        guard bytes <= limits.answer, reservation.tryGrow(to: 2 * limits.answer) else { return false }
        byteLimit = limits.answer
        return true
    }

    /// Waits for room for an answer, or for one record that is larger. To be called by who holds no record.
    mutating func wait(toHold bytes: Int, until deadline: ContinuousClock.Instant) throws(StoreError) {
        let wanted = max(bytes, memory.limits.answer)
        let admission = reservation.wait(for: 2 * wanted, until: deadline)
        guard admission != .admitted else {
            byteLimit = wanted
            return
        }
        memory.countShed()
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

    /// Gives back what is not needed once so many bytes of records are read, and there is to be a body of them.
    func keep(records bytes: Int) {
        reservation.shrink(to: bytes <= memory.limits.unasked ? 0 : 2 * bytes)
    }

    /// Gives back what is not needed once there is a body of so many bytes, and nothing else.
    ///
    /// - Returns: what is left, for whoever has the body; nil for one that nobody is asked for.
    func keep(body bytes: Int) -> Reservation? {
        reservation.shrink(to: bytes)
        return bytes <= memory.limits.unasked ? nil : reservation
    }
}
