import FastCGI
import Foundation
import Synchronization
import TestSupport
import Testing

/// Requests that wait hold no thread, and each is answered once: when something came, when its time is over, or at the stop.
@Suite struct WaitingTests {
    /// A server that lets a request wait as long as the mark is the one in its parameter X, for so many seconds at most.
    private final class Board: Sendable {
        let mark = Atomic<Int64>(0)
        let looks = Atomic<Int>(0)

        func handle(_ seen: Int64, until deadline: ContinuousClock.Instant, owner: String = "") -> Handled {
            let now = mark.load(ordering: .sequentiallyConsistent)
            looks.add(1, ordering: .relaxed)
            guard now == seen else { return .reply(TestServer.reply(Array("came \(now)".utf8))) }
            return .later(
                Later(mark: seen, deadline: deadline, owner: owner) { [self] in
                    handle(seen, until: deadline, owner: owner)
                } end: { [self] in
                    TestServer.reply(Array("over \(mark.load(ordering: .sequentiallyConsistent))".utf8))
                })
        }

        func server(threads: Int, waiting: Int = 1024, for wait: Duration = .seconds(60)) throws -> TestServer
        {
            let test = try TestServer(
                threads: threads, waiting: waiting,
                watch: { [self] in mark.load(ordering: .sequentiallyConsistent) }
            ) { [self] request in
                guard let seen = request.parameter("X").flatMap({ Int64($0) }) else {
                    return .reply(TestServer.reply(Array("hit".utf8)))
                }
                return handle(seen, until: .now + wait, owner: request.parameter("OWNER") ?? "")
            }
            try test.server.start()
            return test
        }
    }

    private func waiting(_ count: Int, at test: TestServer) throws -> [FastCGIClient] {
        let clients = try (0..<count).map { _ in try #require(FastCGIClient(path: test.path)) }
        for client in clients { client.send(FastCGIClient.request(["X": "0"], body: [])) }
        try eventually("all wait") { test.server.waiting == count }
        return clients
    }

    @Test func `200 that wait leave both threads to others, and are all answered when something comes`()
        throws
    {
        let board = Board()
        let test = try board.server(threads: 2)
        let clients = try waiting(200, at: test)
        // The thread that brought the last one is at it for a moment yet.
        try eventually("both threads are free") { test.server.inFlight == 0 }
        #expect(test.server.isAlive(limit: .zero))
        let other = try #require(FastCGIClient(path: test.path))
        for _ in 0..<50 { #expect(other.ask().text == "hit") }
        board.mark.store(7, ordering: .sequentiallyConsistent)
        for client in clients { try #require(client.reply().text == "came 7") }
        #expect(test.server.waiting == 0)
    }

    @Test func `a connection that has waited goes on with the next request, and no thread waits for it`()
        throws
    {
        let board = Board()
        let test = try board.server(threads: 1)
        let clients = try waiting(5, at: test)
        for turn in 1...3 {
            board.mark.store(Int64(turn), ordering: .sequentiallyConsistent)
            for client in clients { try #require(client.reply().text == "came \(turn)") }
            // The one thread serves each of them in turn, though all five are open.
            for client in clients { client.send(FastCGIClient.request(["X": "\(turn)"], body: [])) }
            try eventually("all wait again") { test.server.waiting == clients.count }
        }
        #expect(test.stop(within: .seconds(30)) == 0)
        for client in clients {
            try #require(client.reply().text == "over 3")
            #expect(client.isClosed)
        }
    }

    @Test func `what comes between the look and the wait is not missed`() throws {
        let board = Board()
        let test = try TestServer(
            threads: 2, watch: { board.mark.load(ordering: .sequentiallyConsistent) }
        ) { _ in
            let handled = board.handle(0, until: .now + .seconds(60))
            board.mark.store(1, ordering: .sequentiallyConsistent)
            return handled
        }
        try test.server.start()
        #expect(try #require(FastCGIClient(path: test.path)).ask().text == "came 1")
    }

    @Test func `a wait ends when its time is over, and beyond the bound nobody waits`() throws {
        let board = Board()
        let test = try board.server(threads: 2, waiting: 3, for: .milliseconds(300))
        let clients = try (0..<3).map { _ in try #require(FastCGIClient(path: test.path)) }
        for client in clients { client.send(FastCGIClient.request(["X": "0"], body: [])) }
        for client in clients { try #require(client.reply().text == "over 0") }
        let none = try board.server(threads: 2, waiting: 0)
        #expect(try #require(FastCGIClient(path: none.path)).ask(["X": "0"]).text == "over 0")
    }

    @Test func `in a full room who has most gives way, and who is alone may have it`() throws {
        let board = Board()
        let test = try board.server(threads: 2, waiting: 4)
        func client(_ owner: String) throws -> FastCGIClient {
            let client = try #require(FastCGIClient(path: test.path))
            client.send(FastCGIClient.request(["X": "0", "OWNER": owner], body: []))
            return client
        }
        let many = try (0..<4).map { number in
            let client = try client("many")
            try eventually("they wait") { test.server.waiting == number + 1 }
            return client
        }
        // More of the same find no room.
        #expect(try client("many").reply().text == "over 0")
        let few = try (0..<2).map { number in
            let client = try client("few")
            // The first to come of those leaves.
            #expect(many[number].reply().text == "over 0")
            return client
        }
        // As many each: nobody gives way any more.
        try eventually("all wait") { test.server.waiting == 4 }
        #expect(try client("few").reply().text == "over 0")
        #expect(try client("many").reply().text == "over 0")
        let third = try client("third")
        board.mark.store(1, ordering: .sequentiallyConsistent)
        _ = third.reply()
        let left = (many.suffix(2) + few).map { $0.reply().text }
        #expect(left.allSatisfy { ["came 1", "over 0", "over 1"].contains($0) }, "\(left)")
    }

    @Test func `a peer that has gone is let go of`() throws {
        let board = Board()
        let test = try board.server(threads: 1)
        var clients = try waiting(3, at: test)
        #expect(clients.removeLast().shut())
        try eventually("it is gone") { test.server.waiting == 2 }
        // One that sends when it should wait is no web server.
        clients[0].send([1, 2, 3])
        try eventually("it is gone") { test.server.waiting == 1 }
        #expect(clients[0].isClosed)
        board.mark.store(1, ordering: .sequentiallyConsistent)
        #expect(clients[1].reply().text == "came 1")
    }

    @Test func `nobody is looked at while nothing comes`() throws {
        let board = Board()
        let test = try board.server(threads: 1, for: .milliseconds(700))
        #expect(try #require(FastCGIClient(path: test.path)).ask(["X": "0"]).text == "over 0")
        #expect(board.looks.load(ordering: .relaxed) == 1)
    }

    /// Threads, marks and stops at random: every request is answered exactly once, whole.
    @Test func `whatever happens at once, each request has one answer`() throws {
        let board = Board()
        let test = try board.server(threads: 3, waiting: 20, for: .milliseconds(50))
        let path = test.path
        let answered = Atomic<Int>(0)
        let deadline = ContinuousClock.now + .seconds(30)
        onThreads(12) { thread in
            guard thread > 0 else {
                while answered.load(ordering: .relaxed) < 11 * 20, deadline > .now {
                    board.mark.add(1, ordering: .sequentiallyConsistent)
                    sched_yield()
                }
                return
            }
            guard let client = FastCGIClient(path: path) else { return }
            for turn in 0..<20 {
                let seen = board.mark.load(ordering: .sequentiallyConsistent)
                let reply = client.ask(turn % 5 == 4 ? [:] : ["X": "\(seen)"])
                // Whoever waits for what never comes does so once.
                guard reply.isComplete, !reply.text.isEmpty else { return }
                answered.add(1, ordering: .relaxed)
            }
        }
        #expect(answered.load(ordering: .relaxed) == 11 * 20)
        #expect(test.stop(within: .seconds(30)) == 0)
    }
}
