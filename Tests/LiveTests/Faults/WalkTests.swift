import Foundation
import Glibc
import TestSupport
import Testing

/// A walk through many rows lets others go first, where it may come back from that, and else does nothing.
@Suite(.live, .logsOnFailure, .enabled(if: Strace.isPermitted, "strace is absent or not permitted"))
struct WalkTests {
    /// A store of so many records that a count of what passes a filter is a walk. Where others have all processors it ends before it
    /// is known whether a thread comes back: then it is counted again, until there are so many calls.
    private func counted(
        through launcher: [String], until most: Int,
        _ body: (_ count: Workplace.Outcome, _ calls: [String]) throws -> Void
    ) throws {
        try withWorkplace { place in
            let script =
                "\"$0\" demo-data --records 40000 --until 2024-03-31 | \"$0\" load - --config '\(place.folder.file("audit-query.yaml"))'"
            let loaded = try place.run(["sh", "-c", script, Place.program], within: .seconds(180))
            #expect(loaded.status == 0, "\(loaded)")
            let output = place.folder.file("strace.txt")
            for turn in 1...8 {
                let outcome = try place.run(
                    ["strace", "-f", "-qq", "-e", "trace=sched_setscheduler", "-o", output] + launcher + [
                        Place.program, "count", "--config", place.folder.file("audit-query.yaml"),
                        "--from", "2024-03-02", "--to", "2024-03-31", "--filter", "none pr",
                    ])
                let calls = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
                    .filter { $0.contains("sched_setscheduler(") }.map(String.init)
                guard turn < 8, outcome.status == 0, calls.count < most else {
                    return try body(outcome, calls)
                }
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root may come back without a limit"))
    func `a count that walks is behind others, and comes back`() throws {
        try counted(through: [], until: 4) { outcome, calls in
            #expect(outcome.status == 0 && outcome.output == "0\n", "\(outcome)")
            // It is tried on another thread before.
            let ends = calls.map { $0.split(separator: "sched_setscheduler")[1] }
            #expect(ends.count >= 4 && ends.count.isMultiple(of: 2), "\(calls)")
            for (place, end) in ends.enumerated() {
                let policy = place.isMultiple(of: 2) ? "SCHED_IDLE" : "SCHED_OTHER"
                #expect(end.hasPrefix("(0, \(policy), [0])") && end.hasSuffix(" = 0"), "\(calls)")
            }
        }
    }

    @Test func `where the kernel would not let it back a count that walks stays as it is`() throws {
        let launcher = geteuid() == 0 ? ["setpriv", "--bounding-set=-sys_nice", "--inh-caps=-sys_nice"] : []
        try counted(through: launcher, until: 2) { outcome, calls in
            #expect(outcome.status == 0 && outcome.output == "0\n", "\(outcome)")
            // One thread that does nothing else tries it, and ends.
            #expect(calls.count == 2 && calls.last?.contains("= -1 E") == true, "\(calls)")
            #expect(Set(calls.map { $0.prefix { $0 != " " } }).count == 1, "\(calls)")
        }
    }
}
