import Foundation
import Glibc
import HTTPClient
import TestSupport
import Testing

/// Many requests in flight at once.
enum Volley {
    /// Sends so many requests, each on a connection of its own with the administrator's key, while the workers stand
    /// still; lets these go on when all are in flight, and waits for the answers.
    static func fire(
        _ count: Int, at live: LiveInstallation, _ request: @escaping @Sendable (Int, Client) throws -> Answer
    ) throws -> [Answer] {
        let clients = try connected(count, to: live)
        // Workers that stand still keep every request in flight until the last one has been sent.
        for worker in live.workers { try worker.suspend() }
        defer { for worker in live.workers { worker.signal(SIGCONT) } }
        let requests = Threads.start(count) { number in try request(number, clients[number]) }
        try eventually("\(count) requests wait for the workers", within: .seconds(25)) {
            let waiting = try waitingConnections(live)
            guard waiting < count else { return true }
            throw Failure("\(waiting) wait, these are finished: \(requests.finished)")
        }
        #expect(requests.finished.isEmpty)
        for worker in live.workers { worker.signal(SIGCONT) }
        return try requests.wait()
    }

    /// So many clients, each with a connection that is there, and a key.
    static func connected(
        _ count: Int, to live: LiveInstallation, _ key: LiveInstallation.Key = .admin
    ) throws -> [Client] {
        raiseDescriptorLimit()
        let clients = (0..<count).map { _ in live.client(key) }
        // On few threads: a thousand handshakes at once say nothing about requests.
        _ = try concurrently(4) { thread in
            for number in stride(from: thread, to: count, by: 4) {
                // Not with the key: each may ask only so often.
                _ = try clients[number].get("/nowhere", headers: ["X-Api-Key": "none-\(number)"])
            }
        }
        return clients
    }

    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Connections that nginx has opened to the workers' sockets.
    private static func waitingConnections(_ live: LiveInstallation) throws -> Int {
        // A handle reads to the end; a file of /proc has no size to go by.
        let file = try #require(FileHandle(forReadingAtPath: "/proc/net/unix"))
        let table = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
        // A connection that waits to be accepted bears the listener's path, as does the listener.
        let sockets = live.workers.map { " \($0.socketPath)" }
        return table.split(separator: "\n").count { line in sockets.contains { line.hasSuffix($0) } }
            - live.workers.count
    }
}
