import Foundation
import TestSupport
import Testing

@testable import audit_query

/// What `check` says of the workers of a machine.
@Suite struct WorkerInspectionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What is found where these workers are enabled, and those have a socket that nobody answers at.
    private func lines(enabled: [Int], silent: [Int]) throws -> [String] {
        let (wants, run) = ("etc/systemd/system/audit-query.target.wants", "run/audit-query")
        for name in [wants, run] {
            try FileManager.default.createDirectory(
                atPath: folder.file(name), withIntermediateDirectories: true)
        }
        for number in enabled { _ = try folder.write("", to: "\(wants)/audit-query@\(number).service") }
        for number in silent { _ = try folder.write("", to: "\(run)/\(number).status") }
        return WorkerInspection(host: audit_query.Host(root: folder.path), threadLimit: .seconds(30))
            .findings().map { $0.line(coloured: false) }
    }

    @Test func `a pool of which none runs is wrong, and says how to start it`() throws {
        let found = try lines(enabled: [1, 2], silent: [])
        #expect(found.count == 1, "\(found)")
        #expect(
            found[0].hasPrefix(
                "wrong    workers: none of the pool's 2 runs: systemctl start audit-query.target"))
    }

    @Test func `each worker that does not run, or does not answer, is wrong`() throws {
        let found = try lines(enabled: [1, 2, 3], silent: [2])
        let starts = [
            "worker 2: /", "worker 1: does not run: systemctl", "worker 3: does not run: systemctl",
        ]
        #expect(found.count == starts.count, "\(found)")
        for (line, start) in zip(found, starts) { #expect(line.hasPrefix("wrong    \(start)"), "\(found)") }
    }

    @Test func `where no pool is, nobody has to act`() throws {
        let found = try lines(enabled: [], silent: [])
        #expect(
            found.count == 1
                && found[0].hasPrefix("warning  workers: none has its socket in /run/audit-query"), "\(found)"
        )
    }
}
