internal import Threads

/// Finished answers, the least recently used dropped first when their bytes exceed the limit. A lookup is one
/// hash and a few index assignments under a lock; nothing is copied, and nothing is written while the lock is
/// held.
final class AnswerCache: Sendable {
    private let state: Locked<State>
    private let byteLimit: Int
    private let staleFor: Duration

    /// - Parameters:
    ///   - byteLimit: the most bytes of answers and keys together, with what the cache itself needs for each.
    ///   - staleFor: how long an answer is kept past its lifetime, for when the store fails.
    init(byteLimit: Int, staleFor: Duration) {
        self.byteLimit = byteLimit
        self.staleFor = staleFor
        state = Locked(State())
    }

    /// What was found for a key.
    struct Hit {
        let answer: Answer
        /// Whether whoever found it is the one to read it anew: it is hot and will soon be stale.
        let isDue: Bool
    }

    /// The answer for a key, fresh or stale, which counts as a use of it; nil when there is none.
    func answer(for key: CacheKey, now: ContinuousClock.Instant) -> Answer? {
        look(key, now: now, claims: false)?.answer
    }

    /// The same. A fresh answer that has been looked up often and has little of its life left is due to be read anew:
    /// one of those who find it is told, so that a hot question never has to wait for the store.
    func hit(for key: CacheKey, now: ContinuousClock.Instant) -> Hit? { look(key, now: now, claims: true) }

    /// The fresh answer to a question that is spelt as one before, which counts as a use of it; nil where there is none that can
    /// be sent as it is kept. One near its end is left to ``hit(for:now:)``.
    func hit(speltAs spelling: Spelling, takesGzip: Bool, now: ContinuousClock.Instant) -> Answer? {
        state.withLock { state in
            guard let index = state.spellings[spelling] else { return nil }
            let answer = state.list[index].answer
            guard answer.isFresh(at: now), !answer.isNearItsEnd(at: now),
                takesGzip ? !answer.isToBePacked : !answer.isPacked || answer.plain != nil
            else { return nil }
            state.list.moveToFront(index)
            _ = state.list.change(index) { $0?.use(claims: false) }
            return answer
        }
    }

    /// Who was told to read an answer anew cannot: the next one is told.
    func unclaim(_ key: CacheKey) {
        state.withLock { state in
            guard let index = state.indexes[key] else { return }
            state.list.change(index) { $0?.isClaimed = false }
        }
    }

    private func look(_ key: CacheKey, now: ContinuousClock.Instant, claims: Bool) -> Hit? {
        state.withLock { state in
            guard let index = state.indexes[key] else { return nil }
            let answer = state.list[index].answer
            guard now - answer.made < answer.lifetime + staleFor else {
                state.remove(index)
                return nil
            }
            state.list.moveToFront(index)
            let isDue = state.list.change(index) { entry in
                entry?.use(claims: claims && answer.isNearItsEnd(at: now)) ?? false
            }
            return Hit(answer: answer, isDue: isDue)
        }
    }

    /// Keeps an answer in the place of any other of the same key, unless that was read later. One that is larger
    /// than the limit is not kept.
    ///
    /// - Returns: how many others were dropped to make room.
    @discardableResult
    func insert(_ answer: Answer, for key: CacheKey) -> Int {
        var answer = answer
        // Until it is known to be asked for by many who need it.
        answer.plain = nil
        let size = Self.byteCount(of: answer, key)
        return state.withLock { state in
            var spelling: Spelling?
            if let index = state.indexes[key] {
                guard state.list[index].answer.asked <= answer.asked else { return 0 }
                spelling = state.remove(index).spelling
            }
            guard keeps(answer, for: key) else { return 0 }
            let index = state.insert(answer, key, size)
            if let spelling { state.spell(index, spelling) }
            return state.shrink(to: byteLimit)
        }
    }

    /// Has the answer for a key found by how it was asked for, too, unless it is found by another spelling already.
    ///
    /// - Returns: how many answers were dropped to make room.
    func note(_ spelling: Spelling, for key: CacheKey) -> Int {
        state.withLock { state in
            guard let index = state.indexes[key], state.list[index].spelling == nil else { return 0 }
            state.spell(index, spelling.withoutSpareRoom)
            return state.shrink(to: byteLimit)
        }
    }

    /// Keeps an answer as it is packed in the place of itself, if it is still there.
    ///
    /// - Returns: how many other answers were dropped to make room.
    func keep(_ packed: Answer, inPlaceOf answer: Answer, for key: CacheKey) -> Int {
        let growth = Self.byteCount(of: packed, key) - Self.byteCount(of: answer, key)
        return change(answer, key) { $0?.take(packed, growth) ?? 0 }
    }

    /// Keeps the body of a hot answer as it is, too, if the answer is still there.
    ///
    /// - Returns: how many other answers were dropped to make room.
    func keep(plain: [UInt8], of answer: Answer, for key: CacheKey) -> Int {
        change(answer, key) { $0?.keep(plain: plain) ?? 0 }
    }

    /// Changes the entry of an answer that is still there; by how many bytes, `body` says.
    private func change(
        _ answer: Answer, _ key: CacheKey, _ body: (inout RecencyList.Entry?) -> Int
    ) -> Int {
        state.withLock { state in
            guard let index = state.indexes[key], state.list[index].answer.serial == answer.serial else {
                return 0
            }
            state.byteCount += state.list.change(index, body)
            return state.shrink(to: byteLimit)
        }
    }

    /// Whether an answer is small enough to be kept.
    func keeps(_ answer: Answer, for key: CacheKey) -> Bool { Self.byteCount(of: answer, key) <= byteLimit }

    /// Answers kept, and the bytes that they count for.
    var usage: (entries: Int, bytes: Int) { state.withLock { ($0.indexes.count, $0.byteCount) } }

    private struct State {
        var indexes: [CacheKey: Int] = [:]
        /// Of entries that have a spelling.
        var spellings: [Spelling: Int] = [:]
        var list = RecencyList()
        var byteCount = 0

        mutating func insert(_ answer: Answer, _ key: CacheKey, _ size: Int) -> Int {
            let index = list.insertAtFront(RecencyList.Entry(key: key, answer: answer, byteCount: size))
            indexes[key] = index
            byteCount += size
            // From here on the cache's limit counts it.
            answer.reservation?.setCounted(false)
            return index
        }

        /// Has an entry found by a spelling, which means this one alone.
        mutating func spell(_ index: Int, _ spelling: Spelling) {
            spellings[spelling] = index
            byteCount += list.change(index) { $0?.spell(spelling) ?? 0 }
        }

        /// Drops what was used least recently until no more bytes are there.
        ///
        /// - Returns: how many answers.
        mutating func shrink(to byteLimit: Int) -> Int {
            var dropped = 0
            while byteCount > byteLimit, let last = list.last {
                remove(last)
                dropped += 1
            }
            return dropped
        }

        @discardableResult
        mutating func remove(_ index: Int) -> RecencyList.Entry {
            let entry = list.remove(index)
            indexes[entry.key] = nil
            if let spelling = entry.spelling { spellings[spelling] = nil }
            byteCount -= entry.byteCount
            // It may still be on its way to somebody.
            entry.answer.reservation?.setCounted(true)
            return entry
        }
    }
}
