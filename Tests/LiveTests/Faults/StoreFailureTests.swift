import Foundation
import Glibc
import HTTPClient
import TestSupport
import Testing

/// The store is missing, corrupt or locked: clients are told, cached answers go on, and nothing needs a
/// restart when it is back.
@Suite(.live, .logsOnFailure)
struct StoreFailureTests {
    private let options = LiveInstallation.Options(
        overrides: ["cache.ttl-seconds": "1"], lines: Array(GeneratedRecords.lines.prefix(300)))

    @Test func `a missing database: 503, stale answers, not ready, and back without a restart`() throws {
        try LiveInstallation.with(options) { live in
            try check(live) {
                move(live, from: "", to: ".away")
            } mend: {
                move(live, from: ".away", to: "")
            }
        }
    }

    @Test func `a database that is no database`() throws {
        try LiveInstallation.with(options) { live in
            try check(live) {
                move(live, from: "", to: ".away")
                try live.place.folder.write(String(repeating: "no database ", count: 2000), to: "audit.db")
            } mend: {
                unlink(live.place.folder.file("audit.db"))
                move(live, from: ".away", to: "")
            }
        }
    }

    @Test func `a database overwritten in place gives errors or the truth, and is well again when restored`()
        throws
    {
        try LiveInstallation.with(options) { live in
            let client = live.client()
            let model = try Model(options.lines)
            let path = live.place.folder.file("audit.db")
            let good = try Data(contentsOf: URL(filePath: path))
            #expect(try client.records(["userId": "alice"]).status == 200)
            // The same file, as a failing disk would do it. What SQLite has in memory it still answers from.
            try overwrite(path, with: Data(repeating: 0xA5, count: good.count))
            var failures = 0
            for user in GeneratedRecords.users {
                let answer = try client.records(["userId": user, "limit": "500"])
                if answer.status == 200 {
                    #expect(
                        try Page(answer).records.map(\.fields) == model.matching(user: user).map(\.fields))
                } else {
                    try answer.expectProblem(503, "store-unavailable")
                    failures += 1
                }
            }
            #expect(failures > 0)
            #expect(try client.get("/healthz").status == 200)
            try overwrite(path, with: good)
            for user in GeneratedRecords.users {
                try eventually("records of \(user)") { try client.records(["userId": user]).status == 200 }
            }
        }
    }

    @Test func `a database of another program`() throws {
        try LiveInstallation.with(options) { live in
            try check(live) {
                move(live, from: "", to: ".away")
                // An empty file is an empty database without our tables.
                try live.place.folder.write("", to: "audit.db")
            } mend: {
                for end in ["", "-wal", "-shm"] { unlink(live.place.folder.file("audit.db\(end)")) }
                move(live, from: ".away", to: "")
            }
        }
    }

    @Test func `a locked database: 503 with Retry-After, and back when the lock is gone`() throws {
        var options = options
        options.startsWorkers = false
        try LiveInstallation.with(options) { live in
            let descriptor = open(live.place.folder.file("audit.db"), O_RDWR | O_CLOEXEC)
            defer { close(descriptor) }
            // What SQLite locks when it wants a file for itself (its file format, section on locking).
            var lock = flock()
            lock.l_type = Int16(F_WRLCK)
            lock.l_whence = Int16(SEEK_SET)
            lock.l_start = 0x4000_0002
            lock.l_len = 510
            #expect(fcntl(descriptor, F_SETLK, &lock) == 0)
            for worker in live.workers { try worker.start() }
            for worker in live.workers { try worker.waitUntilReady() }
            let answer = try live.client().records(["userId": "alice"])
            try answer.expectProblem(503, "store-unavailable")
            #expect(answer["Retry-After"] != nil)
            #expect(live.workers.contains { $0.log.contains("locked") })
            lock.l_type = Int16(F_UNLCK)
            #expect(fcntl(descriptor, F_SETLK, &lock) == 0)
            try eventually("the store answers again") {
                try live.client().records(["userId": "alice"]).status == 200
            }
        }
    }

    @Test func `workers read while load writes`() throws {
        try LiveInstallation.with(.init(lines: GeneratedRecords.lines)) { live in
            let client = live.client()
            let expected = try GeneratedRecords.model.get().matching(user: "alice").map(\.fields)
            let readers = Background(threads: 2) { _, turn in
                try client.patiently {
                    try client.get(
                        "/v1/records?userId=alice&limit=1000", headers: ["Cache-Control": "no-cache"])
                }
            }
            let demo = try live.place.run([Place.program, "demo-data", "--records", "20000", "--seed", "3"])
            let outcome = try live.place.command("load", "-", input: demo.output)
            let answers = try readers.stop()
            #expect(outcome.status == 0, "\(outcome)")
            #expect(answers.count > 5)
            for answer in answers { #expect(try Page(answer).records.map(\.fields) == expected) }
            let after = try live.client().records(["userId": "user-0@example.com", "limit": "1000"])
            #expect(try Page(after).count > 0)
        }
    }

    /// Breaks the store and mends it, and looks at what clients see meanwhile.
    private func check(
        _ live: LiveInstallation, break: () throws -> Void, mend: () throws -> Void
    ) throws {
        let client = live.client()
        let cached = try client.records(["userId": "alice"])
        #expect(cached.status == 200 && cached["Cache-Control"] == "private, max-age=1")
        try `break`()
        let miss = try client.records(["userId": "ali"])
        try miss.expectProblem(503, "store-unavailable")
        #expect(miss["Retry-After"] != nil)
        #expect(!miss.text.contains("/tmp") && !miss.text.contains("audit.db"), "nothing of files to clients")
        #expect(live.workers.contains { $0.log.contains("audit.db") }, "the log names the file")
        let stale = try eventually("a stale answer") {
            let answer = try client.records(["userId": "alice"])
            return answer["Cache-Status"]?.contains("; hit;") == true ? nil : answer
        }
        #expect(stale.status == 200 && stale.body == cached.body)
        #expect(stale["Cache-Status"] == "audit-query; fwd=stale; detail=store-error")
        #expect(Int(stale["Age"] ?? "") ?? 0 >= 1)
        let fresh = try client.get("/v1/records?userId=alice", headers: ["Cache-Control": "no-cache"])
        #expect(fresh.status == 503, "no-cache wants no stale answer")
        let ready = try client.get("/readyz")
        try ready.expectProblem(503, "not-ready")
        #expect(ready["Retry-After"] != nil && !ready.text.contains("/tmp"))
        #expect(try client.get("/healthz").status == 200)
        try mend()
        try eventually("the store answers again") { try client.records(["userId": "ali"]).status == 200 }
        try eventually("both workers are ready") {
            try live.workers.allSatisfy { worker in
                try FastCGIConnection(path: worker.socketPath).get("/readyz").hasPrefix("Status: 200")
            }
        }
    }

    private func move(_ live: LiveInstallation, from old: String, to new: String) {
        for end in ["", "-wal", "-shm"] {
            rename(
                live.place.folder.file("audit.db\(old)\(end)"), live.place.folder.file("audit.db\(new)\(end)")
            )
        }
    }

    private func overwrite(_ path: String, with data: Data) throws {
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.write(contentsOf: data)
        try file.close()
    }
}
