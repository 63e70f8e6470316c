import Foundation
import Glibc
import TestSupport

/// What a process asks of the kernel while it is watched.
enum Strace {
    /// Whether strace is there and may watch a process of ours.
    static let isPermitted: Bool = {
        let isPermitted =
            (try? withWorkplace { place in try place.run(["strace", "-o", "/dev/null", "true"]).status }) == 0
        let attaches = isPermitted && (try? withWorkplace { try attachesToAnIdleOne($0) }) == true
        if !attaches { print("LiveTests: strace is absent or not permitted: its tests are SKIPPED") }
        return attaches
    }()

    /// The system calls of each thread of a process while `body` runs, by thread.
    static func calls(of pid: pid_t, in place: Workplace, while body: () throws -> Void) throws -> [pid_t:
        Set<String>]
    {
        let output = place.folder.file("strace.txt")
        let process = try place.start(["strace", "-f", "-qq", "-o", output, "-p", "\(pid)"], log: "strace")
        defer { process.destroy() }
        try eventually("strace watches every thread of \(pid)") { try isTraced(pid) }
        try body()
        process.signal(SIGINT)
        try process.wait()
        return parse(try String(contentsOfFile: output, encoding: .utf8))
    }

    private static func attachesToAnIdleOne(_ place: Workplace) throws -> Bool {
        let idle = try place.start(["tail", "-f", "/dev/null"], log: "idle")
        defer { idle.destroy() }
        let tracer = try place.start(["strace", "-o", "/dev/null", "-p", "\(idle.pid)"], log: "strace")
        defer { tracer.destroy() }
        return
            (try? eventually("attached", within: .seconds(3)) {
                tracer.status == nil ? try isTraced(idle.pid) : true
            }) != nil && tracer.status == nil
    }

    private static func isTraced(_ pid: pid_t) throws -> Bool {
        let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")
        return try threads.allSatisfy { thread in
            let status = try String(contentsOfFile: "/proc/\(pid)/task/\(thread)/status", encoding: .utf8)
            return !status.contains("TracerPid:\t0\n")
        }
    }

    /// Lines such as `123 recvfrom(5, …` and `123 <... poll resumed>…`.
    private static func parse(_ text: String) -> [pid_t: Set<String>] {
        var calls: [pid_t: Set<String>] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard words.count == 2, let thread = pid_t(words[0]) else { continue }
            let call = words[1].drop { $0 == " " }.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            if !call.isEmpty { calls[thread, default: []].insert(String(call)) }
        }
        return calls
    }
}
