import FastCGI
import Foundation
import Synchronization
import TestSupport
import Testing

/// What goes out on the wire, whatever the size of a reply and however it is read.
@Suite struct ReplyTests {
    /// A server that answers with as many bytes of head and body as X and Y say.
    private func server(threads: Int = 1, patience: Duration = .seconds(30)) throws -> TestServer {
        let test = try TestServer(threads: threads, patience: patience) { request in
            let head = Int(request.parameter("X") ?? "") ?? 0
            let body = Int(request.parameter("Y") ?? "") ?? 0
            return Reply(head: Self.bytes(head, seed: 1), body: Self.bytes(body, seed: 2))
        }
        try test.server.start()
        return test
    }

    private static func bytes(_ count: Int, seed: Int) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(seed)]
        bytes.reserveCapacity(count + pattern.count)
        while bytes.count < count { bytes += pattern }
        return Array(bytes[..<count])
    }

    /// As long as a prime number, so that no two records are alike.
    private static let pattern = (0..<65_521).map { UInt8(truncatingIfNeeded: ($0 &* 31) ^ ($0 >> 8)) }

    /// The answer as FastCGI 1.0 has it, record by record.
    private static func records(_ content: [UInt8], id: UInt8) -> [UInt8] {
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: content.count, by: 65_528) {
            let part = content[start..<min(start + 65_528, content.count)]
            bytes += [1, 6, 0, id, UInt8(part.count >> 8), UInt8(part.count & 255), 0, 0] + part
        }
        return bytes + [1, 6, 0, id, 0, 0, 0, 0, 1, 3, 0, id, 0, 8, 0, 0] + [UInt8](repeating: 0, count: 8)
    }

    private static func request(_ head: Int, _ body: Int, id: UInt8 = 1, keepAlive: Bool = true) -> [UInt8] {
        var bytes = FastCGIClient.request(
            ["X": "\(head)", "Y": "\(body)"], body: [], keepAlive: keepAlive)
        var start = 0
        while start < bytes.count {
            bytes[start + 3] = id
            start += 8 + Int(bytes[start + 4]) << 8 + Int(bytes[start + 5]) + Int(bytes[start + 6])
        }
        return bytes
    }

    private static let sizes = [
        (0, 0), (1, 0), (0, 1), (60, 0), (600, 7), (600, 8), (64_928, 600), (64_927, 600), (64_929, 600),
        (65_528, 0), (65_527, 2), (65_529, 0), (70_000, 70_000), (500, 65_028), (500, 65_029),
        (500, 131_056), (500, 300_000), (500, 8 << 20), (0, 8 << 20), (500, 40 << 20),
    ]

    @Test
    func
        `what is to be done afterwards is done once, also where nobody takes the reply`()
        throws
    {
        let log = Mutex<[String]>([])
        let gate = Gate()
        let test = try TestServer(threads: 1) { request in
            let name = request.parameter("X") ?? ""
            log.withLock { $0.append("asked \(name)") }
            if name == "gone" { gate.pass() }
            let body = Self.bytes(name == "gone" ? 8 << 20 : 10, seed: 1)
            return Reply(head: Self.bytes(60, seed: 1), body: body) {
                log.withLock { $0.append("after \(name)") }
            }
        }
        try test.server.start()
        do {
            let client = try #require(FastCGIClient(path: test.path))
            for name in ["1", "2"] { #expect(client.ask(["X": name]).isComplete) }
        }
        do {
            let client = try #require(FastCGIClient(path: test.path))
            client.send(FastCGIClient.request(["X": "gone"], body: [], keepAlive: true))
            #expect(gate.hasVisitor())
        }
        gate.open()
        #expect(test.stop(within: .seconds(30)) == 0)
        #expect(log.withLock { $0 } == ["1", "2", "gone"].flatMap { ["asked \($0)", "after \($0)"] })
    }

    @Test func `every size is whole and in its records, on one connection, under the id that was asked`()
        throws
    {
        let test = try server()
        let client = try #require(FastCGIClient(path: test.path))
        for (number, (head, body)) in Self.sizes.enumerated() {
            let id = UInt8(1 + number * 13)
            client.send(Self.request(head, body, id: id))
            let expected = Self.records(Self.bytes(head, seed: 1) + Self.bytes(body, seed: 2), id: id)
            let got = client.readBytes(expected.count)
            let isEqual = got == expected
            #expect(isEqual, "\(head) \(body): \(got.count) of \(expected.count)")
        }
        // Nothing stands behind the last.
        client.send(Self.request(1, 0, keepAlive: false))
        #expect(client.readBytes(1 << 10) == Self.records(Self.bytes(1, seed: 1), id: 1))
    }

    @Test(arguments: [1, 7, 4096, 100_000])
    func `a reader that takes a few bytes at a time gets all of them`(_ step: Int) throws {
        let test = try server()
        let client = try #require(FastCGIClient(path: test.path))
        let size = step < 100 ? 20_000 : 3 << 20
        client.send(Self.request(300, size))
        let expected = Self.records(Self.bytes(300, seed: 1) + Self.bytes(size, seed: 2), id: 1)
        var got: [UInt8] = []
        while got.count < expected.count {
            let part = client.readBytes(min(step, expected.count - got.count))
            guard !part.isEmpty else { break }
            got += part
        }
        let isEqual = got == expected
        #expect(isEqual)
        #expect(client.ask(["X": "5", "Y": "3"]).output == Self.bytes(5, seed: 1) + Self.bytes(3, seed: 2))
    }

    @Test(arguments: [0, 1, 9000, 1 << 20])
    func `a reader that goes in the middle leaves the thread to others`(_ taken: Int) throws {
        let test = try server()
        do {
            let client = try #require(FastCGIClient(path: test.path))
            client.send(Self.request(300, 8 << 20))
            #expect(client.readBytes(taken).count == taken)
        }
        let next = try #require(FastCGIClient(path: test.path))
        #expect(next.ask(["X": "5", "Y": "3"]).isComplete)
    }

    /// What it got has no end: it cannot take a part for the whole.
    @Test func `a reader that stops is given up after its time, and its answer has no end`() throws {
        let test = try server(patience: .milliseconds(200))
        let stopped = try #require(FastCGIClient(path: test.path))
        stopped.send(Self.request(300, 8 << 20))
        // Its answer has begun, so the thread is at it until it gives it up.
        var first: UInt8 = 0
        #expect(recv(stopped.descriptor, &first, 1, Int32(MSG_PEEK)) == 1)
        let next = try #require(FastCGIClient(path: test.path))
        #expect(next.ask(["X": "5", "Y": "3"]).isComplete)
        let reply = stopped.reply()
        #expect(!reply.isComplete && reply.output.count < 8 << 20)
        #expect(stopped.isClosed)
    }

    /// The kernel counts each thread's calls of `write`, which libfcgi makes for every 8 KB, and not those of `sendmsg`.
    @Test func `nothing of an answer is written by libfcgi`() throws {
        let test = try TestServer(threads: 1) { request in
            let counts = (try? String(contentsOfFile: "/proc/thread-self/io", encoding: .utf8)) ?? ""
            let size = Int(request.parameter("Y") ?? "") ?? 0
            return Reply(head: Array(counts.utf8) + Array("\r\n\r\n".utf8), body: Self.bytes(size, seed: 2))
        }
        try test.server.start()
        let client = try #require(FastCGIClient(path: test.path))
        let writes = try [0, 100, 100_000, 1 << 20, 0].map { size in
            let reply = client.ask(["Y": "\(size)"])
            #expect(reply.body.count == size)
            let lines = String(decoding: reply.output.prefix(300), as: UTF8.self).split(separator: "\n")
            return String(try #require(lines.first { $0.hasPrefix("syscw: ") }))
        }
        #expect(Set(writes).count == 1, "\(writes)")
    }

    /// The kernel takes a part of what it is given when a signal comes while it waits for room.
    @Test func `an answer is sent on where a signal has interrupted it`() throws {
        let thread = Mutex<pthread_t?>(nil)
        let size = 4 << 20
        let test = try TestServer(threads: 1) { _ in
            // The threads that tests run on block it, and those that they make do, too.
            var signals = sigset_t()
            sigaddset(&signals, SIGUSR2)
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
            thread.withLock { $0 = pthread_self() }
            return Reply(head: Self.bytes(300, seed: 1), body: Self.bytes(size, seed: 2))
        }
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in }
        sigaction(SIGUSR2, &action, nil)
        try test.server.start()
        let client = try #require(FastCGIClient(path: test.path))
        client.send(Self.request(1, 1))
        let expected = Self.records(Self.bytes(300, seed: 1) + Self.bytes(size, seed: 2), id: 1)
        var got: [UInt8] = []
        while got.count < expected.count {
            let part = client.readBytes(min(77_777, expected.count - got.count))
            guard !part.isEmpty else { break }
            got += part
            if let thread = thread.withLock({ $0 }) { pthread_kill(thread, SIGUSR2) }
        }
        let isEqual = got == expected
        #expect(isEqual)
    }

    @Test func `an answer that is sent in parts is whole, whatever the reader's pace`() throws {
        let test = try server(threads: 4, patience: .seconds(10))
        let path = test.path
        let expected = Self.records(Self.bytes(300, seed: 1) + Self.bytes(6 << 20, seed: 2), id: 1)
        let readers = (0..<4).map { reader in
            Running {
                guard let client = FastCGIClient(path: path) else { return false }
                var random = SystemRandomNumberGenerator()
                client.send(Self.request(300, 6 << 20))
                var got: [UInt8] = []
                while got.count < expected.count {
                    let part = client.readBytes(
                        min(Int.random(in: 1...200_000, using: &random), expected.count - got.count))
                    guard !part.isEmpty else { return false }
                    got += part
                    if reader % 2 == 0 { sched_yield() }
                }
                return got == expected
            }
        }
        for reader in readers { #expect(reader.result() == true) }
    }
}
