import Foundation
import HTTPClient
import Synchronization
import TestSupport
import Testing

/// The journal as operators search it: a real journald, nginx and two workers.
@Suite(.live, .logsOnFailure, .enabled(if: PrivateJournal.isPossible, "needs root and systemd's journald"))
struct JournalTests {
    private func withJournal(
        _ overrides: [String: String] = [:], _ body: (LiveInstallation, PrivateJournal) throws -> Void
    ) throws {
        let journal = try PrivateJournal()
        defer { journal.destroy() }
        try LiveInstallation.with(
            .init(
                overrides: overrides, lines: GeneratedRecords.lines, launcher: journal.launcher,
                accessLog: "journal")
        ) { try body($0, journal) }
    }

    private func identifiers(_ entries: [JSONValue]) -> [String] {
        entries.compactMap { $0["SYSLOG_IDENTIFIER"].string }.sorted()
    }

    @Test func `a request's id finds its lines of nginx and of the worker, hit or miss`() throws {
        try withJournal(["telemetry.log-level": "debug"]) { live, journal in
            for cache in ["miss", "hit", "hit"] {
                let answer = try live.client().records(["userId": "alice", "limit": "3"])
                #expect(answer.status == 200)
                let id = answer.requestID
                // And at debug the read of the store, where it was read.
                let store = cache == "miss" ? ["audit-query"] : []
                let all = store + ["audit-query-access", "audit-query-reads"]
                let entries = try eventually("all lines of \(id)") {
                    let entries = try journal.entries("REQUEST_ID=\(id)")
                    return identifiers(entries) == all ? entries : nil
                }
                let access = try #require(entries.first { $0["EVENT"].string == "access" })
                #expect(access["STATUS"].string == "200" && access["URL_PATH"].string == "/v1/records")
                #expect(access["CLIENT"].string == "127.0.0.1" && access["PRIORITY"].string == "6")
                let read = try #require(entries.first { $0["EVENT"].string == "read" })
                #expect(read["CACHE"].string == cache && read["ASKED_USER"].string == "alice")
                #expect(read["RECORDS"].string == "3" && read["CLIENT"].string == "127.0.0.1")
                #expect(read["API_KEY_ID"].string == access["API_KEY_ID"].string)
                #expect(read["ENVIRONMENT"].string == "dev" && read["ROUTE"].string == "records")
                #expect(read["STORE_MS"].string?.isEmpty == false)
            }
            // Who looked at alice's records?
            #expect(try journal.entries("EVENT=read", "ASKED_USER=alice").count == 3)
            #expect(try journal.entries("EVENT=read", "ASKED_USER=bob").isEmpty)
        }
    }

    @Test func `hits that come thick are fewer entries, and every request is still found`() throws {
        try withJournal { live, journal in
            let client = live.client()
            var ids: [String] = []
            // Within the burst that nginx lets through.
            for _ in 0..<900 {
                let answer = try client.records(["userId": "alice", "limit": "3"])
                #expect(answer.status == 200)
                ids.append(answer.requestID)
            }
            let entries = try eventually("all reads in the journal") {
                let entries = try journal.entries("EVENT=read")
                let reads = entries.compactMap { $0["READS"].string.flatMap { Int($0) } }.reduce(0, +)
                return reads >= ids.count ? entries : nil
            }
            let found = entries.flatMap { entry in
                entry["REQUEST_ID"].string.map { [$0] } ?? entry["REQUEST_ID"].elements.compactMap(\.string)
            }
            #expect(found.sorted() == ids.sorted())
            #expect(entries.count < ids.count / 2)
            #expect(!live.workers.contains { $0.log.contains("EVENT=read") })
        }
    }

    /// More ids than a quarter of a second brings, given straight to the worker.
    @Test func `an entry as large as they get is taken by the journal`() throws {
        try withJournal { live, journal in
            let key = live.adminKeys[0]
            let socket = live.workers[0].socketPath
            for _ in 0..<4 {
                _ = try concurrently(8) { _ in
                    let connection = try FastCGIConnection(path: socket)
                    for _ in 0..<400 {
                        _ = try connection.get(
                            "/v1/records?userId=alice&limit=1", key: key, keepsConnection: true)
                    }
                }
            }
            try eventually("all reads in the journal") {
                let reads = try journal.entries("EVENT=read").compactMap {
                    $0["READS"].string.flatMap { Int($0) }
                }
                return reads.reduce(0, +) == 4 * 8 * 400
            }
            #expect(live.workers[0].log.isEmpty)
        }
    }

    @Test func `what goes wrong has a priority, its request, and its place in the code`() throws {
        try withJournal { live, journal in
            try live.place.folder.write("no database", to: "audit.db")
            for suffix in ["-wal", "-shm"] { unlink(live.place.folder.file("audit.db\(suffix)")) }
            let answer = try live.client().records(
                ["userId": "alice"], headers: ["Cache-Control": "no-cache"])
            #expect(answer.status == 503)
            let error = try eventually("the error in the journal") {
                try journal.entries("REQUEST_ID=\(answer.requestID)", "PRIORITY=3").first
            }
            #expect(error["MESSAGE"].string == "the store failed")
            #expect(error["SYSLOG_IDENTIFIER"].string == "audit-query")
            #expect(error["CODE_FILE"].string?.hasSuffix(".swift") == true)
            #expect(error["ERROR"].string?.contains("audit.db") == true)
            #expect(try journal.entries("MESSAGE=ready").count == 2)
        }
    }

    @Test func `no secret and no cursor is in any entry`() throws {
        try withJournal(["telemetry.log-level": "debug"]) { live, journal in
            let pages = try live.client().pages(["userId": "alice", "limit": "7"])
            #expect(pages.count > 1)
            try live.client(.secret("aq_not-a-key-at-all")).records(["userId": "alice"])
                .expectProblem(401, "unauthorized")
            for worker in live.workers { worker.signal(SIGHUP) }
            let last = try live.client().get("/v1/records?userId=alice&cursor=forged")
            #expect(last.status == 400)
            try eventually("the last lines") {
                try journal.entries("REQUEST_ID=\(last.requestID)").count == 1
                    && journal.entries("EVENT=read", "ASKED_USER=alice").count == pages.count
            }
            let all = try journal.entries().map { "\($0)" }.joined()
            for secret in live.place.secrets.withLock({ $0 }) + pages.compactMap(\.nextCursor) + ["not-a-key"]
            {
                #expect(!all.contains(secret))
            }
        }
    }
}
