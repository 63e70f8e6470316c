import Threads
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

/// One worker of an installation, which can be started again after it has ended.
final class Worker: Sendable {
    let number: Int
    private let place: Workplace
    private let process = Mutex<ChildProcess?>(nil)

    init(number: Int, place: Workplace) {
        self.number = number
        self.place = place
    }

    var socketPath: String { place.folder.file("worker-\(number).sock") }
    var log: String { place.folder.text("worker-\(number).err") }
    var pid: pid_t? { process.withLock { $0?.pid } }

    /// Whether it has ended by itself since it was started.
    var hasEnded: Bool { process.withLock { $0.map { $0.status != nil } ?? false } }

    /// - Parameters:
    ///   - environment: variables of its own.
    ///   - prefix: a command that becomes the one after it, such as one that sets limits.
    /// - Throws: when there is no such program.
    func start(environment: [String: String] = [:], within prefix: [String] = []) throws {
        let started = try place.start(
            place.launcher + prefix + [
                Place.program, "serve", "--config", place.folder.file("audit-query.yaml"), "--socket",
                socketPath,
            ], log: "worker-\(number)", environment: environment)
        process.withLock { $0 = started }
    }

    func waitUntilReady() throws {
        try eventually("worker \(number) answers") {
            try FastCGIConnection(path: socketPath).get("/healthz").contains("\"ok\"")
        }
    }

    func signal(_ number: Int32) {
        process.withLock { $0 }?.signal(number)
    }

    /// Waits for its end by itself: its exit status.
    func wait(within limit: Duration = .seconds(35)) throws -> Int32? {
        defer { process.withLock { $0 = nil } }
        return try process.withLock { $0 }?.wait(within: limit)
    }

    /// SIGTERM: its exit status; nil when it did not run.
    func stop() throws -> Int32? {
        signal(SIGTERM)
        return try wait()
    }

    /// kill -9.
    func kill() throws {
        signal(SIGKILL)
        _ = try wait()
    }

    /// SIGSTOP, and waits until every thread stands still: the kernel lets the others go on until one of them
    /// has taken the signal, which on a busy machine takes a while.
    func suspend() throws {
        signal(SIGSTOP)
        let tasks = "/proc/\(try #require(pid))/task"
        try eventually("worker \(number) stands still") {
            try FileManager.default.contentsOfDirectory(atPath: tasks).allSatisfy { task in
                let status = try String(contentsOfFile: "\(tasks)/\(task)/stat", encoding: .utf8)
                // The state comes after the program's name, which stands in brackets.
                return status.split(separator: ")").last?.hasPrefix(" T") == true
            }
        }
    }

    func destroy() {
        process.withLock { $0 }?.destroy()
    }
}
