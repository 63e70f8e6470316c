import Foundation
import Glibc
import HTTPClient
import Synchronization
import TestSupport
import Testing

/// Workers that die, and none that is there.
@Suite(.live, .logsOnFailure)
struct WorkerDeathTests {
    @Test func `no client sees an error while a worker is killed and comes back`() throws {
        try LiveInstallation.with(.init(lines: Array(GeneratedRecords.lines.prefix(300)), adminKeys: 4)) {
            live in
            let clients = live.adminKeys.map { live.client(.secret($0)) }
            let requests = Background(threads: 4) { thread, turn in
                // New questions, so that workers read the store and are killed in the middle of it.
                try clients[thread].patiently {
                    turn.isMultiple(of: 3)
                        ? try clients[thread].query(["userId": "alice-\(thread)-\(turn)", "limit": "9"])
                        : try clients[thread].records(["userId": "alice-\(thread)-\(turn)", "limit": "1000"])
                }
            }
            for _ in 1...3 {
                for worker in live.workers {
                    let before = requests.count
                    try eventually("requests run") { requests.count > before + 50 }
                    try worker.kill()
                    let killed = requests.count
                    try eventually("the other worker answers") { requests.count > killed + 50 }
                    try worker.start()
                    try worker.waitUntilReady()
                }
            }
            let answers = try requests.stop()
            #expect(answers.count > 600)
            let failed = answers.filter { $0.status != 200 }
            #expect(failed.isEmpty, "\(failed.first.map(String.init(describing:)) ?? "")")
            for worker in live.workers {
                try eventually("worker \(worker.number) has its share again") {
                    let answer = try clients[0].records(["userId": "\(UInt64.random(in: .min ... .max))"])
                    return try live.nginx.logged(requestID: answer.requestID)["worker"].string
                        == "unix:\(worker.socketPath)"
                }
            }
        }
    }

    @Test func `without any worker it is 502 with Retry-After, and well again when one starts`() throws {
        var options = LiveInstallation.Options()
        options.startsWorkers = false
        try LiveInstallation.with(options) { live in
            for version in [HTTPVersion.http1_1, .http2] {
                let answer = try live.client(.admin, .init(httpVersion: version)).records(["userId": "alice"])
                try answer.expectProblem(502, "bad-gateway")
                #expect(answer["Retry-After"] == "2")
                #expect(answer["Strict-Transport-Security"] != nil)
            }
            try live.workers[1].start()
            try live.workers[1].waitUntilReady()
            for number in 0..<20 {
                #expect(try live.client().records(["userId": "\(number)"]).status == 200)
            }
        }
    }

    @Test func `a request that workers die of is sent to two of them, and not to the whole pool`() throws {
        var options = LiveInstallation.Options(workers: 4)
        options.startsWorkers = false
        try LiveInstallation.with(options) { live in
            let deaths = try live.workers.map { try DeadlySocket(path: $0.socketPath) }
            defer { for socket in deaths { socket.stop() } }
            var expected = 0
            for number in 0..<8 {
                let answer =
                    try number.isMultiple(of: 2)
                    ? live.client().records(["userId": "\(number)"])
                    : live.client().query(["userId": "\(number)"])
                try answer.expectProblem(502, "bad-gateway")
                expected += 2
                #expect(deaths.reduce(0) { $0 + $1.count } == expected)
            }
        }
    }

    @Test func `a socket left behind by a dead worker is taken over, one in use is not`() throws {
        try LiveInstallation.with { live in
            let second = try live.place.run([
                Place.program, "serve", "--config", live.place.folder.file("audit-query.yaml"), "--socket",
                live.workers[0].socketPath,
            ])
            #expect(second.status == 69 && second.error.contains("another worker serves"), "\(second)")
            #expect(try live.client(.none).get("/healthz").status == 200)
        }
    }
}

/// In a worker's place: breaks off each connection once a request has come on it.
private final class DeadlySocket: Sendable {
    private let descriptor: Int32
    private let requests = Atomic(0)

    var count: Int { requests.load(ordering: .sequentiallyConsistent) }

    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = try sockaddr_un(path: path)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0, listen(descriptor, 16) == 0 else { throw Failure("bind \(path): errno \(errno)") }
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                var byte: UInt8 = 0
                if recv(connection, &byte, 1, 0) == 1 { requests.add(1, ordering: .sequentiallyConsistent) }
                close(connection)
            }
        }
    }

    func stop() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }
}
