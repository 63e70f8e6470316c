import FastCGI
import Foundation
import Synchronization
import TestSupport
import Testing

/// One thread looks out for all connections, and whatever takes its time keeps nobody from being answered.
@Suite struct ConnectionsTests {
    /// A server whose requests with X = "slow" wait at the gate, having handed on or not.
    private func server(threads: Int, _ gate: Gate, handsOn: Bool = true) throws -> TestServer {
        let test = try TestServer(threads: threads) { request in
            let name = request.parameter("X") ?? ""
            guard name == "slow" else { return TestServer.reply(Array(name.utf8)) }
            if handsOn { request.turn.handOn() }
            gate.pass()
            return TestServer.reply(Array("slow".utf8))
        }
        try test.server.start()
        return test
    }

    private func client(of test: TestServer) throws -> FastCGIClient {
        try #require(FastCGIClient(path: test.path))
    }

    @Test func `a hundred kept connections share one thread`() throws {
        let test = try TestServer.echo(threads: 1)
        let clients = try (0..<100).map { _ in try client(of: test) }
        for turn in 0..<3 {
            for (number, client) in clients.enumerated() {
                try #require(client.ask(["X": "\(turn) \(number)"]).text == "\(turn) \(number):")
            }
        }
    }

    @Test func `others are answered while a request takes its time, and then it is`() throws {
        let gate = Gate()
        let test = try server(threads: 3, gate)
        let slow = try (0..<2).map { _ in try client(of: test) }
        let other = try client(of: test)
        for client in slow {
            client.send(FastCGIClient.request(["X": "slow"], body: []))
            #expect(gate.hasVisitor())
            for turn in 0..<20 { try #require(other.ask(["X": "\(turn)"]).text == "\(turn)") }
        }
        try eventually("the others are free") { test.server.inFlight == 2 }
        gate.open()
        for client in slow {
            #expect(client.reply().text == "slow")
            #expect(client.ask(["X": "next"]).text == "next")
        }
    }

    @Test func `with all threads busy a request waits for the first that is free`() throws {
        let gate = Gate()
        let test = try server(threads: 2, gate)
        let slow = try (0..<2).map { _ in try client(of: test) }
        for client in slow {
            client.send(FastCGIClient.request(["X": "slow"], body: []))
            #expect(gate.hasVisitor())
        }
        let other = try client(of: test)
        other.send(FastCGIClient.request(["X": "fast"], body: []))
        gate.open()
        #expect(other.reply().text == "fast")
        for client in slow { #expect(client.reply().text == "slow") }
    }

    @Test func `a request that hangs without a word keeps the others until the thread is relieved`() throws {
        let gate = Gate()
        let test = try server(threads: 2, gate, handsOn: false)
        let (slow, other) = (try client(of: test), try client(of: test))
        slow.send(FastCGIClient.request(["X": "slow"], body: []))
        #expect(gate.hasVisitor())
        other.send(FastCGIClient.request(["X": "fast"], body: []))
        let answer = Running { other.reply().text }
        try eventually("another thread looks out") {
            test.server.relieve()
            return test.server.threads.compactMap(\.self).count == 1 && answer.isOver
        }
        #expect(answer.result() == "fast")
        gate.open()
        #expect(slow.reply().text == "slow")
        for client in [slow, other] { #expect(client.ask(["X": "next"]).text == "next") }
    }

    @Test func `who takes longer lets others go first, and is as others for the next request`() throws {
        let test = try TestServer(threads: 1) { request in
            if request.parameter("X") == "slow" { request.turn.handOn() }
            let niceness = getpriority(.init(PRIO_PROCESS.rawValue), 0)
            return TestServer.reply(Array("\(niceness)".utf8))
        }
        try test.server.start()
        let client = try client(of: test)
        let usual = getpriority(.init(PRIO_PROCESS.rawValue), 0)
        // Where a thread may not come back it stays as it is.
        let comesBack = Running {
            setpriority(.init(PRIO_PROCESS.rawValue), 0, usual + 1) == 0
                && setpriority(.init(PRIO_PROCESS.rawValue), 0, usual) == 0
        }.result()
        let raised = comesBack == true ? min(19, usual + 10) : usual
        // Nobody waits for what may be: from some request on it is known.
        try eventually("it is known") { client.ask(["X": "slow"]).text == "\(raised)" }
        for _ in 0..<3 {
            #expect(client.ask().text == "\(usual)")
            #expect(client.ask(["X": "slow"]).text == "\(raised)")
        }
    }

    @Test func `who reads nothing of an answer keeps nobody waiting`() throws {
        let test = try TestServer(threads: 2) { request in
            let count = Int(request.parameter("X") ?? "") ?? 0
            return TestServer.reply([UInt8](repeating: 0x61, count: count))
        }
        try test.server.start()
        let (slow, other) = (try client(of: test), try client(of: test))
        slow.send(FastCGIClient.request(["X": "\(8 << 20)"], body: []))
        for _ in 0..<20 { try #require(other.ask(["X": "5"]).text == "aaaaa") }
        #expect(slow.reply().body.count == 8 << 20)
        #expect(slow.ask(["X": "3"]).text == "aaa")
    }

    @Test func `who sends half a request keeps nobody waiting`() throws {
        let test = try TestServer.echo(threads: 2)
        let (slow, other) = (try client(of: test), try client(of: test))
        let request = FastCGIClient.request(["X": "whole"], body: [1])
        slow.send(Array(request.prefix(20)))
        for turn in 0..<20 { try #require(other.ask(["X": "\(turn)"]).text == "\(turn):") }
        slow.send(Array(request.dropFirst(20)))
        #expect(slow.reply().text == "whole:\u{1}")
    }

    @Test func `what is done after an answer keeps neither the others nor the next request waiting`() throws {
        let gate = Gate()
        let test = try TestServer(threads: 2) { request in
            let name = request.parameter("X") ?? ""
            let head = TestServer.reply([]).head
            guard name == "first" else { return Reply(head: head, body: Array(name.utf8)) }
            return Reply(head: head, body: Array(name.utf8)) { gate.pass() }
        }
        try test.server.start()
        let client = try client(of: test)
        #expect(client.ask(["X": "first"]).text == "first")
        #expect(gate.hasVisitor())
        #expect(client.ask(["X": "second"]).text == "second")
        gate.open()
    }

    @Test func `a connection that was just made may bring its request after the order to stop`() throws {
        let test = try TestServer.echo(threads: 2)
        let (new, used) = (try client(of: test), try client(of: test))
        #expect(used.ask(["X": "a"]).text == "a:")
        let stopping = Running { test.stop(within: .seconds(30)) }
        // Those that have had an answer go at once.
        #expect(used.isClosed)
        new.send(FastCGIClient.request(["X": "late"], body: []))
        #expect(new.reply().text == "late:")
        #expect(new.isClosed)
        #expect(stopping.result() == 0)
    }

    @Test func `the stop does not wait until clients have no more to ask`() throws {
        let (first, second) = (Gate(), Gate())
        let test = try TestServer(threads: 1) { request in
            let name = request.parameter("X") ?? ""
            (name == "first" ? first : second).pass()
            return TestServer.reply(Array(name.utf8))
        }
        try test.server.start()
        let (one, other) = (try client(of: test), try client(of: test))
        one.send(FastCGIClient.request(["X": "first"], body: []))
        try #require(first.hasVisitor())
        // While one is answered another has asked, so there may always be one who has.
        other.send(FastCGIClient.request(["X": "second"], body: []))
        // No more than the order.
        #expect(test.stop(within: .zero) == 1)
        first.open()
        #expect(one.reply().text == "first")
        try #require(second.hasVisitor())
        #expect(one.isClosed)
        second.open()
        #expect(other.reply().text == "second")
        #expect(other.isClosed)
        try eventually("nothing is answered any more") { test.server.inFlight == 0 }
    }

    /// Requests of all kinds on connections of all kinds, at random: each is answered once, whole, by what it asked.
    @Test(arguments: [1, 2, 5]) func `whatever is asked at once, each has its own answer`(threads: Int) throws
    {
        let test = try TestServer(threads: threads) { request in
            let name = request.parameter("X") ?? ""
            let body = (try? request.body()) ?? []
            if name.hasSuffix("slow") {
                request.turn.handOn()
                for _ in 0..<200 { sched_yield() }
            }
            let size = name.hasSuffix("large") ? 400_000 : 10
            let head = TestServer.reply([]).head
            let reply = Array("\(name):\(body.count):".utf8) + [UInt8](repeating: 0x62, count: size)
            return name.hasSuffix("after")
                ? Reply(head: head, body: reply) { for _ in 0..<100 { sched_yield() } }
                : Reply(head: head, body: reply)
        }
        try test.server.start()
        let path = test.path
        let right = Atomic<Int>(0)
        onThreads(8) { thread in
            var random = SystemRandomNumberGenerator()
            var client = FastCGIClient(path: path)
            for turn in 0..<60 {
                let kind = ["fast", "slow", "large", "after"].randomElement(using: &random) ?? ""
                let name = "\(thread) \(turn) \(kind)"
                let body = [UInt8](repeating: 1, count: .random(in: 0...3, using: &random) * 5000)
                let isKept = Bool.random(using: &random)
                let bytes = FastCGIClient.request(["X": name], body: body, keepAlive: isKept)
                let cut = Int.random(in: 0...4, using: &random) == 0 ? bytes.count / 2 : 0
                client?.send(Array(bytes[..<cut]))
                client?.send(Array(bytes[cut...]))
                let text = client?.reply().text ?? ""
                let size = kind == "large" ? 400_000 : 10
                let expected = "\(name):\(body.count):"
                if text.hasPrefix(expected), text.utf8.count == expected.utf8.count + size {
                    right.add(1, ordering: .relaxed)
                }
                if !isKept || Int.random(in: 0...9, using: &random) == 0 {
                    client = FastCGIClient(path: path)
                }
            }
        }
        #expect(right.load(ordering: .relaxed) == 8 * 60)
        try eventually("all are free") { test.server.inFlight == 0 }
        #expect(test.stop(within: .seconds(30)) == 0)
    }
}
