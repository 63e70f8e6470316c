import AWS
import HTTPClient
import Glibc
import TestSupport
import Testing

/// Two regions, the first of which fails.
@Suite struct RegionTests {
    private struct Pair {
        let first: FaultyService
        let second: FaultyService

        init(_ replies: [Reply] = [], then last: Reply) throws {
            first = try FaultyService(replies, then: last, region: "eu-west-1")
            second = try FaultyService(region: "eu-central-1")
        }

        /// How many requests each has seen.
        var seen: [Int] { [first.requests.count, second.requests.count] }

        /// Calls until the first one has failed as often as opens its circuit.
        func openCircuit(_ caller: Caller) throws {
            try untilDone("five failures of the first region", turns: 100) {
                _ = caller.call()
                return first.requests.count >= 5
            }
        }
    }

    private func withPair(
        _ pair: Pair, attempt: Duration = .seconds(20), _ body: (Caller) throws -> Void
    ) throws {
        try withServices([pair.first, pair.second], attempt: attempt, body)
    }

    @Test(arguments: ["500", "html", "reset", "closed"])
    func `the second answers when the first fails`(fault: String) throws {
        let replies: [String: Reply] = [
            "500": .status(500), "html": ServerFaultTests.html, "reset": .reset(), "closed": .close(),
        ]
        let pair = try Pair(then: #require(replies[fault]))
        try withPair(pair) { caller in
            let end = caller.call()
            #expect(end.region == "eu-central-1" && end.attempts == 5, "\(end)")
            #expect(pair.seen == [4, 1])
            #expect(caller.time.waits == Caller.transientWaits)
        }
    }

    @Test func `the second answers when nobody listens at the first`() throws {
        let (listener, port) = try TCPListener.open()
        close(listener)
        let second = try FaultyService(region: "eu-central-1")
        defer { second.stop() }
        let first = try #require(Endpoint(region: "eu-west-1", url: "http://127.0.0.1:\(port)"))
        let caller = Caller(endpoints: [first, second.endpoint])
        let end = caller.call()
        #expect(end.region == "eu-central-1" && end.attempts == 5, "\(end)")
    }

    @Test func `the second answers when the first hangs for all its attempts`() throws {
        let pair = try Pair(then: .hang())
        try withPair(pair, attempt: .seconds(1)) { caller in
            let end = caller.call()
            #expect(end.region == "eu-central-1" && end.attempts == 5, "\(end)")
            #expect(eventually { pair.seen == [4, 1] })
        }
    }

    @Test func `a first that hangs leaves the second its share of the time`() throws {
        let pair = try Pair(then: .hang(after: Reply.halfHead))
        // One attempt might take longer than the call has.
        try withPair(pair) { caller in
            let start = ContinuousClock.now
            let end = caller.call(within: .seconds(4))
            #expect(end.region == "eu-central-1" && end.attempts == 2, "\(end)")
            #expect(ContinuousClock.now - start >= .milliseconds(1990))
            #expect(pair.seen == [1, 1])
        }
    }

    @Test func `after five failures in a row the first is left alone until its pause ends`() throws {
        let pair = try Pair(then: .status(500))
        try withPair(pair) { caller in
            #expect(caller.call().attempts == 5)
            // The first failure of this call is the fifth.
            #expect(caller.call().attempts == 2)
            for _ in 0..<5 { #expect(caller.call().attempts == 1) }
            #expect(pair.seen == [5, 7])
            caller.time.pass(.milliseconds(999))
            #expect(caller.call().region == "eu-central-1" && pair.seen == [5, 8])
            // One probe, no retry of it, and the next one comes after two seconds.
            caller.time.pass(.milliseconds(1))
            #expect(caller.call().attempts == 2)
            #expect(caller.call().attempts == 1)
            #expect(pair.seen == [6, 10])
            caller.time.pass(.milliseconds(1999))
            #expect(caller.call().attempts == 1)
            caller.time.pass(.milliseconds(1))
            pair.first.turn(then: .ok)
            for _ in 0..<3 {
                let end = caller.call()
                #expect(end.region == "eu-west-1" && end.attempts == 1)
            }
            #expect(pair.seen == [9, 11])
        }
    }

    @Test func `one probe at a time`() throws {
        let pair = try Pair(then: .status(500))
        try withPair(pair) { caller in
            try pair.openCircuit(caller)
            caller.time.pass(.seconds(1))
            let gate = Barrier()
            pair.first.turn(
                then: Reply { connection in
                    gate.wait()
                    return connection.answer(body: Array("{}".utf8))
                })
            defer { gate.open() }
            let probe = Running { caller.call() }
            #expect(eventually { gate.arrived == 1 })
            for _ in 0..<5 {
                // On a thread of its own: one that went to the first region would wait at the gate.
                let end = try #require(Running { caller.call() }.result(), "a second probe")
                #expect(end.region == "eu-central-1" && end.attempts == 1)
            }
            gate.open()
            #expect(probe.result()?.region == "eu-west-1")
            #expect(caller.call().region == "eu-west-1")
            #expect(gate.arrived == 2)
        }
    }

    @Test(arguments: ["SlowDown", "ValidationException", "AccessDeniedException", "ExpiredTokenException"])
    func `a probe that is throttled or refused shows that the region is back`(code: String) throws {
        let pair = try Pair(then: .status(500))
        try withPair(pair) { caller in
            try pair.openCircuit(caller)
            let before = pair.second.requests.count
            caller.time.pass(.seconds(1))
            // A failure after that is tried again in the same region, as the circuit is closed.
            pair.first.turn([.error(code), .status(500)], then: .ok)
            let end = caller.call()
            #expect(end.region == "eu-west-1" && end.attempts == 3 || end.attempts == 1 && end.error != nil)
            #expect(caller.call().region == "eu-west-1")
            #expect(pair.second.requests.count == before)
        }
    }

    @Test func `a probe that had hardly any time leaves the next one its turn`() throws {
        let pair = try Pair(then: .status(500))
        try withPair(pair) { caller in
            try pair.openCircuit(caller)
            caller.time.pass(.seconds(1))
            pair.first.turn([.hang()], then: .ok)
            _ = caller.call(within: .milliseconds(200))
            #expect(caller.call().region == "eu-west-1")
        }
    }

    @Test func `attempts that had hardly any time do not open the circuit`() throws {
        let pair = try Pair(Array(repeating: .hang(), count: 6), then: .ok)
        try withPair(pair) { caller in
            for _ in 0..<6 { _ = caller.call(within: .milliseconds(40)) }
            #expect(eventually { pair.first.openConnections == 0 })
            pair.first.turn(then: .ok)
            #expect(caller.call().region == "eu-west-1")
        }
    }

    @Test func `a deadline that ends a long attempt counts as a failure of the region`() throws {
        let service = try FaultyService(then: .hang())
        try withServices([service], attempt: .seconds(1)) { caller in
            // Far more than the third of an attempt from which on it counts.
            for _ in 0..<5 { #expect(caller.call(within: .milliseconds(600)).kind == .deadline) }
            let end = caller.call()
            #expect(end.kind == .connection && end.attempts == 0)
        }
    }

    @Test(arguments: [
        "SlowDown", "ValidationException", "AccessDeniedException", "ResourceNotFoundException",
        "ReplicatedWriteConflictException", "IDPCommunicationError",
    ])
    func `throttling, conflicts and the caller's errors neither fail over nor open the circuit`(code: String)
        throws
    {
        let pair = try Pair(then: .error(code))
        try withPair(pair) { caller in
            for _ in 0..<10 { #expect(caller.call().error?.region == "eu-west-1") }
            #expect(pair.seen[1] == 0)
            pair.first.turn(then: .ok)
            #expect(caller.call().region == "eu-west-1")
        }
    }

    @Test func `failures that are not in a row do not open the circuit`() throws {
        let pair = try Pair(then: .ok)
        try withPair(pair) { caller in
            for reply in [Reply.ok, .error("ValidationException"), .error("SlowDown")] {
                // One more in a row, and the next call would not be tried four times in the first region.
                pair.first.turn(Array(repeating: .status(500), count: 4), then: .ok)
                #expect(caller.call().attempts == 5)
                pair.first.turn([reply], then: .ok)
                #expect(caller.call().region != "eu-central-1")
            }
            pair.first.turn(Array(repeating: .status(500), count: 4), then: .ok)
            #expect(caller.call().attempts == 5)
        }
    }

    @Test func `both down: an error at once while both are left alone`() throws {
        let pair = try Pair(then: .status(503))
        pair.second.turn(then: .status(500))
        try withPair(pair) { caller in
            let end = caller.call()
            #expect(end.kind == .server && end.attempts == 8 && end.error?.region == "eu-central-1")
            // The first opens, then the second: the last one that there is is tried as often as may be.
            #expect(caller.call().attempts == 5)
            let seen = pair.seen
            for _ in 0..<10 {
                let end = caller.call()
                #expect(end.kind == .connection && end.attempts == 0 && end.error?.region == "")
                #expect(end.error?.operation == "Query")
            }
            #expect(pair.seen == seen)
            caller.time.pass(.seconds(1))
            pair.second.turn(then: .ok)
            #expect(caller.call().region == "eu-central-1")
        }
    }

    @Test func `a region's clock is its own`() throws {
        let pair = try Pair(then: .ok)
        try withPair(pair) { caller in
            #expect(caller.call().attempts == 1)
            #expect(
                pair.first.requests.first?.headers["Authorization"]?.contains("/eu-west-1/dynamodb/") == true)
            pair.first.turn(then: .status(500))
            #expect(caller.call().region == "eu-central-1")
            #expect(
                pair.second.requests.first?.headers["Authorization"]?.contains("/eu-central-1/dynamodb/")
                    == true)
        }
    }

    @Test func `a burst of calls into a failing pair sends a bounded number of requests`() throws {
        let pair = try Pair(then: .status(500))
        pair.second.turn(then: .status(500))
        try withPair(pair) { caller in
            let calls = (0..<100).map { _ in Running { caller.call() } }
            for call in calls { #expect(call.result()?.error != nil) }
            // A first attempt and 35 retries of quota for each region at most.
            #expect(pair.seen.allSatisfy { $0 >= 5 && $0 <= 135 })
            let seen = pair.seen
            for _ in 0..<100 { #expect(caller.call().attempts == 0) }
            #expect(pair.seen == seen)
        }
    }
}
