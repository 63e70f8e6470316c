import Testing

@testable import HTTPClient

@Suite struct HandlePoolTests {
    private let first = Origin(scheme: "https", host: "a", port: "443", unixSocketPath: nil)
    private let second = Origin(scheme: "https", host: "b", port: "443", unixSocketPath: nil)
    private let start = ContinuousClock.now

    private func handle() throws -> EasyHandle {
        let share = try #require(CurlShare())
        return try #require(EasyHandle(share: share))
    }

    @Test func `the one used last comes first, for its own origin only`() throws {
        var pool = HandlePool(maximumCount: 10, maximumIdleTime: .seconds(50))
        let (old, new) = (try handle(), try handle())
        #expect(pool.put(old, for: first, now: start).isEmpty)
        #expect(pool.put(new, for: first, now: start).isEmpty)
        #expect(pool.take(for: second, now: start) == nil)
        #expect(pool.take(for: first, now: start) === new)
        #expect(pool.take(for: first, now: start) === old)
        #expect(pool.take(for: first, now: start) == nil)
        #expect(pool.count == 0)
    }

    @Test func `the oldest of all goes when there are too many`() throws {
        var pool = HandlePool(maximumCount: 2, maximumIdleTime: .seconds(50))
        let handles = try (0..<3).map { _ in try handle() }
        #expect(pool.put(handles[0], for: first, now: start).isEmpty)
        #expect(pool.put(handles[1], for: second, now: start + .seconds(1)).isEmpty)
        let gone = pool.put(handles[2], for: second, now: start + .seconds(2))
        #expect(gone.count == 1 && gone[0] === handles[0])
        #expect(pool.count == 2)
        #expect(pool.take(for: first, now: start + .seconds(2)) == nil)
    }

    @Test func `what idled too long is not taken, and goes with the next put`() throws {
        var pool = HandlePool(maximumCount: 10, maximumIdleTime: .seconds(50))
        let handles = try (0..<3).map { _ in try handle() }
        for handle in handles[..<2] { #expect(pool.put(handle, for: first, now: start).isEmpty) }
        #expect(pool.take(for: first, now: start + .seconds(49)) === handles[1])
        #expect(pool.take(for: first, now: start + .seconds(50)) == nil)
        #expect(pool.count == 1)
        let gone = pool.put(handles[2], for: second, now: start + .seconds(50))
        #expect(gone.count == 1 && gone[0] === handles[0])
        #expect(pool.count == 1)
    }
}
