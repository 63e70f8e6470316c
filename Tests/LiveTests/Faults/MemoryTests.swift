import Foundation
import Glibc
import HTTPClient
import TestSupport
import Testing

/// The worst clients that were thought of, at once.
@Suite(.live, .logsOnFailure)
struct MemoryTests {
    private static let recordByteCount = 290_000
    /// What a page may have: 8 MiB of records, and what stands around them.
    private static let pageByteCount = 8 << 20 + 16_384

    /// Records of one user, a second apart.
    private static let large: [String] = (0..<40).map { number in
        let text = String(repeating: "x", count: recordByteCount)
        return """
            {"auditId":"large-\(number)","timestamp":"2024-03-01T10:00:\(10 + number)Z","systemId":"billing",\
            "userId":"large","resourceId":"file-\(number)","details":"\(text)"}
            """
    }

    @Test
    func `pages and batches of large records, and clients that do not read, cost nobody else an answer`()
        throws
    {
        let options = LiveInstallation.Options(
            lines: Self.large + GeneratedRecords.lines.prefix(300), adminKeys: 5)
        try LiveInstallation.with(options) { live in
            let clients = live.adminKeys.map { live.client(.secret($0)) }
            let pids = live.workers.map(\.pid)
            let ids = try clients[0].pages(["userId": "large", "limit": "20"]).flatMap {
                $0.records.map(\.id)
            }
            #expect(ids.count == 40)
            #expect(try Page(clients[0].records(Self.question("large", 99, 0))).stopReason == "size")
            let stopped = try (0..<8).map { try stoppedReader($0, live) }
            defer { for reader in stopped { reader.destroy() } }
            // Every question is another one, so that the store is read, and the cache full.
            let pages = Background(threads: 8) { thread, turn in
                try clients[1].patiently { try clients[1].records(Self.question("large", thread, turn)) }
            }
            let batches = Background(threads: 2) { thread, turn in
                let count = turn.isMultiple(of: 2) ? 25 : 40
                let asked = Array(ids.shuffled().prefix(count))
                return (count, try clients[2].patiently { try clients[2].batch(asked) })
            }
            let others = Background(threads: 2) { thread, turn in
                try clients[3].patiently { try clients[3].records(Self.question("alice", thread, turn)) }
            }
            try eventually("many pages and others' answers") {
                pages.count >= 40 && batches.count >= 6 && others.count >= 100
            }
            let (large, batch, small) = (try pages.stop(), try batches.stop(), try others.stop())
            #expect(small.allSatisfy { $0.status == 200 }, "\(small.first { $0.status != 200 } as Any)")
            #expect(large.allSatisfy { $0.status == 200 }, "\(large.first { $0.status != 200 } as Any)")
            #expect(large.allSatisfy { $0.body.count <= Self.pageByteCount })
            for answer in large.prefix(4) {
                let page = try Page(answer)
                // On a machine that does much else a page's time may be up before its bytes are.
                #expect(["size", "budget"].contains(page.stopReason))
                #expect(page.hasMore && page.nextCursor != nil)
            }
            #expect(batch.allSatisfy { $0.1.status == ($0.0 == 25 ? 200 : 400) })
            #expect(batch.first { $0.0 == 40 }?.1.faultyParameters == ["ids"])
            #expect(live.workers.map(\.pid) == pids, "a worker died")
            for worker in live.workers {
                #expect(try peak(of: worker) < 400_000_000, "worker \(worker.number)")
            }
        }
    }

    @Test func `a line of more than 4 MiB is refused by load, and one of nearly as much is answered`() throws
    {
        func line(_ id: String, _ count: Int) -> String {
            """
            {"auditId":"\(id)","timestamp":"2024-03-01T10:00:00Z","systemId":"billing","userId":"u",\
            "resourceId":"r","details":"\(String(repeating: "x", count: count))"}
            """
        }
        try LiveInstallation.with(.init(workers: 1)) { live in
            let outcome = try live.place.command(
                "load", "-", input: [line("a", 4_190_000), line("b", 4_200_000)].joined(separator: "\n"))
            #expect(outcome.error.contains("2: is longer than 4194304 bytes"), "\(outcome)")
            let answer = try live.client().records(["userId": "u", "limit": "1000"])
            #expect(try Page(answer).records.map(\.auditId) == ["a"])
            #expect(answer.body.count > 4_190_000)
        }
    }

    /// A client that asks for a large page and stops reading.
    private func stoppedReader(_ number: Int, _ live: LiveInstallation) throws -> ChildProcess {
        let log = "reader-\(number)"
        let reader = try live.place.start(
            [
                "curl", "--silent", "--no-buffer", "--limit-rate", "1000",
                number.isMultiple(of: 2) ? "--http2" : "--http1.1", "--cacert", live.nginx.authorityPath,
                "--header", "X-Api-Key: \(live.adminKeys[4])",
                "https://127.0.0.1:\(live.nginx.port)/v1/records?userId=large&limit=1000&startDate=2023-01-0\(1 + number)",
            ], log: log)
        try eventually("\(log) has begun to read") {
            let size = try FileManager.default.attributesOfItem(atPath: live.place.folder.file("\(log).out"))[
                .size]
            return (size as? Int).map { $0 > 0 } ?? false
        }
        reader.signal(SIGSTOP)
        return reader
    }

    private static func question(
        _ user: String, _ thread: Int, _ turn: Int
    ) -> KeyValuePairs<String, String> {
        let fraction = String(format: "%03d%06d", thread, turn)
        return ["userId": user, "limit": "1000", "startDate": "2000-01-01T00:00:00.\(fraction)Z"]
    }

    /// The most bytes that a worker ever had resident, the program's own pages included.
    private func peak(of worker: Worker) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(try #require(worker.pid))/status", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.filter(\.isNumber))) * 1024
    }
}
