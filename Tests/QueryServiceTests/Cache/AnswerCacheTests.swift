@testable import QueryService
import Glibc
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import DemoData

@Suite struct AnswerCacheTests {
    private let now = ContinuousClock.now

    private func key(_ number: Int) -> CacheKey {
        CacheKey(.records(RecordQuery(userId: Identifier("user-\(number)"))), policy: .unrestricted)
    }

    private func answer(_ byteCount: Int, _ lifetime: Duration = .seconds(300)) -> Answer {
        Answer(body: Array(repeating: 0x20, count: byteCount), recordCount: 0, lifetime: lifetime, made: now)
    }

    @Test func `the least recently used answer goes first`() {
        let size = AnswerCache.byteCount(of: answer(100), key(1))
        let cache = AnswerCache(byteLimit: size * 3, staleFor: .zero)
        for number in 1...3 { cache.insert(answer(100), for: key(number)) }
        #expect(cache.answer(for: key(1), now: now) != nil)
        cache.insert(answer(100), for: key(4))
        #expect(
            [1, 2, 3, 4].map { cache.answer(for: key($0), now: now) != nil } == [true, false, true, true])
        // What was just looked for was used in the order 1, 3, 4.
        cache.insert(answer(100), for: key(5))
        #expect(
            [1, 3, 4, 5].map { cache.answer(for: key($0), now: now) != nil } == [false, true, true, true])
    }

    @Test func `an answer larger than the limit is not kept, and takes the older one of its key away`() {
        let limit = AnswerCache.byteCount(of: answer(5000), key(3))
        let cache = AnswerCache(byteLimit: limit, staleFor: .zero)
        cache.insert(answer(10), for: key(1))
        cache.insert(answer(10), for: key(2))
        cache.insert(answer(5016), for: key(1))
        #expect(cache.answer(for: key(1), now: now) == nil)
        #expect(cache.answer(for: key(2), now: now) != nil)
        cache.insert(answer(5000), for: key(3))
        #expect(cache.answer(for: key(3), now: now) != nil)
        #expect(cache.usage.bytes == limit)
    }

    @Test func `an answer keeps no more room than its bytes need`() {
        var body: [UInt8] = []
        body.reserveCapacity(10_000)
        body.append(contentsOf: Array(repeating: 0x20, count: 1000))
        let kept = Answer(body: body, recordCount: 0, lifetime: .seconds(1), made: now)
        #expect(kept.body == body)
        #expect(kept.body.capacity < 1064)
    }

    @Test
    func `a large answer is counted where it is: while it is sent, in the cache, and when that dropped it`()
        throws
    {
        let memory = AnswerMemory(.init(answer: 5000, unasked: 100, reserved: 1 << 20))
        func answer() throws -> Answer {
            var room = memory.room(for: 1)
            try room.wait(toHold: 5000, until: .now)
            return Answer(
                body: Array(repeating: 0x20, count: 4000), recordCount: 0, lifetime: .seconds(1), made: now,
                room: room)
        }
        let cache = AnswerCache(byteLimit: 10_000, staleFor: .zero)
        var sent: Answer? = try answer()
        #expect(memory.held == 4000)
        cache.insert(try #require(sent), for: key(1))
        #expect(memory.held == 0)
        for number in 2...3 { cache.insert(try answer(), for: key(number)) }
        #expect(cache.answer(for: key(1), now: now) == nil)
        #expect(memory.held == 4000, "the one that was dropped and is still sent")
        sent = nil
        #expect(memory.held == 0)
        withExtendedLifetime(sent) {}
    }

    @Test
    func `an entry counts for the memory that its parts take, the headers of arrays and texts included`()
        throws
    {
        // As the C library says, which Swift's module of it leaves out.
        typealias UsableSize = @convention(c) (UnsafeRawPointer?) -> Int
        let symbol = try #require(dlsym(nil, "malloc_usable_size"))
        let usableSize = unsafeBitCast(symbol, to: UsableSize.self)
        // Before an array's or text's bytes stand 32 of Swift's, and before those 8 of the C library's.
        func size(_ bytes: UnsafeRawPointer?) -> Int { usableSize(bytes.map { $0 - 32 }) + 8 }
        func size(_ text: String) -> Int {
            text.utf8.withContiguousStorageIfAvailable { size(UnsafeRawPointer($0.baseAddress)) } ?? 0
        }
        let share = RecencyList.nodeSize + 2 * MemoryLayout<(CacheKey, Int)>.stride
        for count in [1, 8, 9, 24, 25, 100, 1000, 7001, 60_000] {
            let (answer, key) = (answer(count), key(count))
            let body = answer.body.withUnsafeBytes { size($0.baseAddress) }
            let object = usableSize(Unmanaged.passUnretained(answer.kept).toOpaque()) + 8
            let taken = share + object + body + size(key.text) + size(answer.entityTag)
            // Swift's texts may have room for some characters more.
            #expect((0...32).contains(taken - AnswerCache.byteCount(of: answer, key)), "\(count)")
        }
    }

    @Test func `a body is kept plain of the very answer that is there, once it is hot, and counted`() throws {
        let cache = AnswerCache(byteLimit: 1 << 20, staleFor: .zero)
        let earlier = answer(100)
        cache.insert(earlier, for: key(1))
        cache.insert(answer(100), for: key(1))
        let plain = Array(repeating: UInt8(0x20), count: 5000)
        for _ in 0..<5 { _ = cache.answer(for: key(1), now: now) }
        #expect(cache.keep(plain: plain, of: earlier, for: key(1)) == 0)
        let found = try #require(cache.answer(for: key(1), now: now))
        #expect(found.plain == nil, "it is an older answer's")
        let before = cache.usage.bytes
        for _ in 0..<3 { #expect(cache.keep(plain: plain, of: found, for: key(1)) == 0) }
        #expect(cache.answer(for: key(1), now: now)?.plain == plain)
        #expect((5000...5100).contains(cache.usage.bytes - before))
        cache.insert(answer(100), for: key(1))
        #expect(cache.answer(for: key(1), now: now)?.plain == nil)
        #expect(cache.usage.bytes == before)
        #expect(cache.keep(plain: plain, of: found, for: key(2)) == 0)
        // One that needs more than there is makes others go, itself too.
        let small = AnswerCache(byteLimit: before + 5000, staleFor: .zero)
        small.insert(found, for: key(1))
        for _ in 0..<3 { _ = small.answer(for: key(1), now: now) }
        #expect(small.keep(plain: plain, of: found, for: key(1)) == 1)
        #expect(small.usage.bytes == 0 && small.usage.entries == 0)
    }

    @Test func `a cache of no bytes keeps nothing`() {
        let cache = AnswerCache(byteLimit: 0, staleFor: .zero)
        cache.insert(answer(0), for: key(1))
        #expect(cache.usage.entries == 0)
        #expect(cache.usage.bytes == 0)
    }

    @Test func `an answer is given until its lifetime and the stale time have passed`() {
        let cache = AnswerCache(byteLimit: 1 << 20, staleFor: .seconds(10))
        cache.insert(answer(5, .seconds(20)), for: key(1))
        #expect(cache.answer(for: key(1), now: now + .milliseconds(29_999)) != nil)
        #expect(cache.answer(for: key(1), now: now + .seconds(30)) == nil)
        #expect(cache.usage.entries == 0)
        #expect(cache.usage.bytes == 0)
    }

    @Test func `of two answers for one key the one stays whose read began later, whichever came first`() {
        func answer(_ byte: UInt8, asked: Int, made: Int) -> Answer {
            Answer(
                body: [byte], recordCount: 0, lifetime: .seconds(300), made: now + .seconds(made),
                asked: now + .seconds(asked))
        }
        let cache = AnswerCache(byteLimit: 1 << 20, staleFor: .zero)
        cache.insert(answer(1, asked: 2, made: 3), for: key(1))
        cache.insert(answer(2, asked: 1, made: 9), for: key(1))
        #expect(cache.answer(for: key(1), now: now + .seconds(9))?.body == [1])
        cache.insert(answer(3, asked: 3, made: 4), for: key(1))
        #expect(cache.answer(for: key(1), now: now + .seconds(9))?.body == [3])
        #expect(cache.usage.entries == 1)
    }

    @Test func `bytes are counted exactly, whatever comes and goes`() {
        forAll(cases: 40) { random in
            let limit = random.number(in: 0...20_000)
            let cache = AnswerCache(byteLimit: limit, staleFor: .zero)
            // The last used one last.
            var model: [(key: CacheKey, size: Int, dies: ContinuousClock.Instant)] = []
            var time = now
            for _ in 0..<300 {
                let key = key(random.number(below: 30))
                let place = model.firstIndex { $0.key == key }
                if random.once(in: 2) {
                    let added = answer(random.number(below: 3000), .seconds(random.number(in: 1...2000)))
                    let size = AnswerCache.byteCount(of: added, key)
                    cache.insert(added, for: key)
                    if let place { model.remove(at: place) }
                    if size <= limit { model.append((key, size, now + added.lifetime)) }
                    while model.reduce(0, { $0 + $1.size }) > limit { model.removeFirst() }
                } else {
                    let found = cache.answer(for: key, now: time)
                    let entry = place.map { model.remove(at: $0) }
                    let lives = entry.map { time < $0.dies } ?? false
                    try require((found != nil) == lives, "\(key.text) should \(lives ? "" : "not ")be there")
                    if let entry, lives { model.append(entry) }
                }
                time += .seconds(random.number(below: 5))
                let bytes = model.reduce(0) { $0 + $1.size }
                try require(
                    cache.usage == (model.count, bytes), "\(cache.usage) instead of \((model.count, bytes))")
                try require(cache.usage.bytes <= limit, "over the limit")
            }
        }
    }

    @Test func `threads that use one cache at once leave its count exact`() {
        let cache = AnswerCache(byteLimit: 20_000, staleFor: .zero)
        let now = now
        let keys = (0..<40).map(key)
        let answers = (0..<10).map { answer($0 * 100) }
        onThreads(8) { thread in
            var random = SplitMix64(seed: UInt64(thread))
            for _ in 0..<500 {
                let key = random.pick(keys)
                if random.once(in: 2) {
                    cache.insert(random.pick(answers), for: key)
                } else {
                    _ = cache.answer(for: key, now: now)
                }
            }
        }
        let left = keys.compactMap { key in cache.answer(for: key, now: now).map { ($0, key) } }
        #expect(cache.usage.entries == left.count)
        #expect(cache.usage.bytes == left.reduce(0) { $0 + AnswerCache.byteCount(of: $1.0, $1.1) })
        #expect(cache.usage.bytes <= 20_000)
    }
}
