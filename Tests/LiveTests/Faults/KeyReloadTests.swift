import Foundation
import Glibc
import TestSupport
import Testing

/// Keys that come and go while workers run.
@Suite(.live, .logsOnFailure)
struct KeyReloadTests {
    @Test func `a new key works and a revoked one is refused within 2 seconds, without a signal`() throws {
        try LiveInstallation.with { live in
            // A busy machine may stand still for a second, but not each time.
            var turns = 0
            try untilDone("both within 2 seconds", turns: 8) {
                turns += 1
                let key = try live.place.key("late-\(turns)")
                let taken = try time("both workers take the new key") {
                    try statuses(live, key) == [200, 200]
                }
                #expect(try live.client(.secret(key)).records(["userId": "alice"]).status == 200)

                let id = try keyID(live, name: "late-\(turns)")
                #expect(try live.place.command("keys", "revoke", id).status == 0)
                let refused = try time("both workers refuse the revoked key") {
                    try statuses(live, key) == [401, 401]
                }
                try live.client(.secret(key)).records(["userId": "alice"]).expectProblem(401, "unauthorized")
                return max(taken, refused) < .seconds(2)
            }
        }
    }

    /// How long it takes until something is so.
    private func time(_ what: String, _ holds: () throws -> Bool) throws -> Duration {
        let start = ContinuousClock.now
        try eventually(what, holds)
        return .now - start
    }

    @Test func `SIGHUP reads the keys at once, changed or not`() throws {
        try LiveInstallation.with { live in
            let key = try live.place.key("second")
            for worker in live.workers { worker.signal(SIGHUP) }
            try eventually("both workers take it") { try statuses(live, key) == [200, 200] }
            // The file is as it was, so only the signal makes them read it again.
            let before = live.workers.map { $0.log.components(separatedBy: "keys read").count }
            for worker in live.workers { worker.signal(SIGHUP) }
            for (worker, count) in zip(live.workers, before) {
                try eventually("worker \(worker.number) reads the keys again") {
                    worker.log.components(separatedBy: "keys read").count > count
                }
            }
        }
    }

    @Test func `a broken key file keeps the old keys, and says so`() throws {
        try LiveInstallation.with { live in
            let good = try Data(contentsOf: URL(filePath: live.place.folder.file("keys.json")))
            for broken in ["", "{", #"{"version":1,"keys":[{"id":"x"}]}"#, #"{"version":3,"keys":[]}"#] {
                let count = live.workers.map { $0.log.components(separatedBy: "keys not read").count }
                try live.place.folder.write(broken, to: "keys.json")
                for worker in live.workers { worker.signal(SIGHUP) }
                for (worker, before) in zip(live.workers, count) {
                    try eventually("worker \(worker.number) reports \(broken)") {
                        worker.log.components(separatedBy: "keys not read").count > before
                    }
                }
                #expect(try statuses(live, live.adminKeys[0]) == [200, 200])
            }
            unlink(live.place.folder.file("keys.json"))
            for worker in live.workers { worker.signal(SIGHUP) }
            #expect(try statuses(live, live.adminKeys[0]) == [200, 200])
            try live.place.folder.write(good, to: "keys.json")
            let key = try live.place.key("after")
            try eventually("the mended file is read") { try statuses(live, key) == [200, 200] }
        }
    }

    @Test func `a FIFO in the key file's place keeps the old keys, is told of, and is not waited for`() throws
    {
        try LiveInstallation.with { live in
            let path = live.place.folder.file("keys.json")
            #expect(rename(path, path + ".away") == 0 && mkfifo(path, 0o640) == 0)
            for worker in live.workers {
                try eventually("worker \(worker.number) says what is there") {
                    worker.log.contains("\(path): is a FIFO")
                }
            }
            #expect(try statuses(live, live.adminKeys[0]) == [200, 200])
            #expect(rename(path + ".away", path) == 0)
            let key = try live.place.key("after")
            try eventually("the file is read again") { try statuses(live, key) == [200, 200] }
        }
    }

    @Test func `revoking ends the grace of a rotated key, and without a key in force nobody is ready`() throws
    {
        try LiveInstallation.with { live in
            let key = try live.place.key("worn")
            let id = try keyID(live, name: "worn")
            let rotated = try live.place.command("keys", "rotate", id, "--grace", "60")
            let new = try #require(rotated.lines.first)
            try eventually("both are taken") {
                try statuses(live, key) == [200, 200] && statuses(live, new) == [200, 200]
            }
            #expect(try live.place.command("keys", "revoke", id).status == 0)
            try eventually("the old one is refused") { try statuses(live, key) == [401, 401] }
            #expect(try statuses(live, new) == [200, 200])
            let list = try JSONValue(Data(live.place.command("keys", "list", "--json").output.utf8))
            for key in list.elements {
                _ = try live.place.command("keys", "revoke", try #require(key["id"].string))
            }
            for worker in live.workers {
                try eventually("worker \(worker.number) is not ready") {
                    try FastCGIConnection(path: worker.socketPath).get("/readyz", key: nil)
                        .contains("No API key is in force.")
                }
            }
        }
    }

    @Test func `a rotated key is refused and the new one works; cursors go on`() throws {
        try LiveInstallation.with(.init(lines: Array(GeneratedRecords.lines.prefix(300)))) { live in
            let page = try Page(live.client().records(["userId": "alice", "limit": "2"]))
            let cursor = try #require(page.nextCursor)
            let outcome = try live.place.command("keys", "rotate", try keyID(live, name: "admin-1"))
            let new = try #require(outcome.lines.first)
            for worker in live.workers { worker.signal(SIGHUP) }
            try eventually("the new key works") { try statuses(live, new) == [200, 200] }
            #expect(try statuses(live, live.adminKeys[0]) == [401, 401])
            #expect(try live.client(.secret(new)).records(["cursor": cursor]).status == 200)
        }
    }

    @Test func `a key ends when it expires`() throws {
        try LiveInstallation.with { live in
            // Long enough to be seen on a busy machine.
            let end = Date(timeIntervalSinceNow: 10).ISO8601Format()
            let outcome = try live.place.command("keys", "create", "--name", "short", "--expires", end)
            let key = try #require(outcome.lines.first)
            for worker in live.workers { worker.signal(SIGHUP) }
            try eventually("it works") { try statuses(live, key) == [200, 200] }
            try eventually("it has ended") { try statuses(live, key) == [401, 401] }
        }
    }

    /// What each worker answers to a key.
    private func statuses(_ live: LiveInstallation, _ key: String) throws -> [Int?] {
        try live.workers.map { worker in
            let reply = try FastCGIConnection(path: worker.socketPath).get("/v1/records?userId=x", key: key)
            return Int(reply.dropFirst("Status: ".count).prefix(3))
        }
    }

    private func keyID(_ live: LiveInstallation, name: String) throws -> String {
        let keys = try JSONValue(Data(live.place.command("keys", "list", "--json").output.utf8))
        return try #require(keys.elements.first { $0["name"].string == name }?["id"].string)
    }
}
