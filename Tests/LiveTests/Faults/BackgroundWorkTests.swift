import Foundation
import Glibc
import TestSupport
import Testing

/// Loaders that follow and forwarders stand behind requests while they keep up, where they may come back from that.
@Suite(.live, .logsOnFailure)
struct BackgroundWorkTests {
    private static let isRoot = geteuid() == 0
    /// SCHED_OTHER and SCHED_IDLE, which Swift does not have.
    private static let (usual, idle): (Int32, Int32) = (0, 5)

    private func forwarder(_ place: Workplace) -> [String] {
        [
            Place.program, "forward", "--config", place.folder.file("audit-query.yaml"), "--to",
            "file:\(place.folder.file("out"))", "--checkpoint", place.folder.file("place"), "--begin",
            "start",
        ]
    }

    private func loader(_ place: Workplace) throws -> [String] {
        try place.folder.write("", to: "log")
        return [
            Place.program, "load", place.folder.file("log"), "--config",
            place.folder.file("audit-query.yaml"),
            "--follow", "--checkpoint", place.folder.file("loaded"),
        ]
    }

    /// The policies of a process's threads.
    private func policies(_ process: ChildProcess) throws -> Set<Int32> {
        let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.pid)/task")
        return Set(threads.compactMap { pid_t($0) }.map { sched_getscheduler($0) })
    }

    /// A process that is behind.
    private func behind(_ start: () throws -> ChildProcess) throws -> ChildProcess {
        let process = try start()
        do {
            // The one that watches is usual.
            try eventually("it is behind", within: .seconds(60)) {
                try policies(process) == [Self.idle, Self.usual]
            }
        } catch {
            process.destroy()
            throw error
        }
        return process
    }

    @Test(.enabled(if: isRoot, "only root may come back without a limit"), arguments: [false, true])
    func `one that others keep from its processor comes back for a while`(loads: Bool) throws {
        try withWorkplace { place in
            try place.load((0..<10).map { NumberedLines.line($0) })
            let pinned = ["taskset", "-c", "0"]
            let process = try behind {
                try place.start(pinned + (loads ? loader(place) : forwarder(place)), log: "background")
            }
            defer { process.destroy() }
            let others = try (0..<2).map { number in
                try place.start(pinned + ["sh", "-c", "while :; do :; done"], log: "other-\(number)")
            }
            defer { for other in others { other.destroy() } }
            try eventually("it is beside") { try policies(process) == [Self.usual] }
            for other in others { other.destroy() }
            try eventually("it is behind again") { try policies(process) == [Self.idle, Self.usual] }
            process.signal(SIGTERM)
            #expect(try process.wait() == 0)
        }
    }

    @Test(.enabled(if: Strace.isPermitted, "strace is absent or not permitted"))
    func `where the kernel would not let it back it stays as it is`() throws {
        try withWorkplace { place in
            try place.load((0..<10).map { NumberedLines.line($0) })
            let output = place.folder.file("strace.txt")
            let launcher = Self.isRoot ? ["setpriv", "--bounding-set=-sys_nice", "--inh-caps=-sys_nice"] : []
            let process = try place.start(
                ["strace", "-f", "-qq", "-e", "trace=sched_setscheduler", "-o", output] + launcher
                    + forwarder(place),
                log: "forwarder")
            defer { process.destroy() }
            try eventually("all of it is there") {
                NumberedLines.numbers(place.folder.text("out")).count == 10
            }
            // On a busy machine the one that tries it may be left behind for a while.
            let calls = try eventually("it was tried") {
                let calls = place.folder.text("strace.txt").split(separator: "\n")
                    .filter { $0.contains("sched_setscheduler(") }
                return calls.count > 1 ? calls : nil
            }
            // One thread that does nothing else tries it, and ends.
            #expect(calls.count == 2 && calls.last?.contains("= -1 E") == true, "\(calls)")
            #expect(Set(calls.map { $0.prefix { $0 != " " } }).count == 1, "\(calls)")
        }
    }
}
