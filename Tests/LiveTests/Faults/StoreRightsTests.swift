import Foundation
import Glibc
import TestSupport
import Testing

/// A worker may read the embedded store and its folder, and no more: what it then needs, and what it says when that
/// is missing.
@Suite(.live, .logsOnFailure)
struct StoreRightsTests {
    private let lines = Array(GeneratedRecords.lines.prefix(50))
    /// What stands before the command of somebody who owns nothing here. Rights do not bind root.
    private let nobody =
        getuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"] : []

    /// A place where nobody else may write in the store's folder.
    private func withStore(_ body: (Workplace, _ path: String) throws -> Void) throws {
        let folder = "store"
        let place = try Workplace()
        defer { place.remove() }
        let store = place.folder.file(folder)
        defer { chmod(store, 0o755) }
        try FileManager.default.createDirectory(atPath: store, withIntermediateDirectories: false)
        let settings = place.folder.text("audit-query.yaml").replacing(
            "/audit.db", with: "/\(folder)/audit.db")
        try place.folder.write(settings, to: "audit-query.yaml", mode: 0o644)
        chmod(place.folder.path, 0o777)
        chmod(place.folder.file("cursor.secret"), 0o644)
        try body(place, "\(store)/audit.db")
    }

    private func share(_ path: String) {
        for end in ["", "-wal", "-shm"] { chmod(path + end, 0o644) }
        chmod(URL(filePath: path).deletingLastPathComponent().path, 0o555)
    }

    private func query(_ place: Workplace) throws -> Workplace.Outcome {
        try place.run(
            nobody + [
                Place.program, "query", "--user", "alice", "--all", "--json", "--config",
                place.folder.file("audit-query.yaml"),
            ])
    }

    private func expectError(_ place: Workplace, _ parts: String...) throws {
        let outcome = try query(place)
        #expect(outcome.status != 0 && outcome.output.isEmpty, "\(outcome)")
        for part in parts { #expect(outcome.error.contains(part), "\(outcome)") }
        #expect(!outcome.error.contains("readonly database"), "\(outcome)")
    }

    @Test func `a store without log files says what is wrong and what mends it, and that mends it`() throws {
        try withStore { place, path in
            try place.load(lines)
            share(path)
            let whole = try query(place)
            #expect(whole.status == 0 && whole.output.contains("\"auditId\""), "\(whole)")
            for ends in [["-wal"], ["-shm"], ["-wal", "-shm"]] {
                chmod(place.folder.file("store"), 0o755)
                for end in ends { unlink(path + end) }
                share(path)
                try expectError(place, "\(path)\(ends[0]): is missing", "audit-query load /dev/null")
                chmod(place.folder.file("store"), 0o755)
                #expect(try place.command("load", "/dev/null").status == 0)
                share(path)
                #expect(try query(place).output == whole.output)
            }
        }
    }

    @Test func `a file that may not be read is named`() throws {
        try withStore { place, path in
            try place.load(lines)
            for end in ["", "-wal", "-shm"] {
                share(path)
                chmod(path + end, 0)
                try expectError(place, "\(path)\(end): may not be read by this user")
            }
            share(path)
            #expect(try query(place).status == 0)
        }
    }

    @Test func `a backup leaves the log files of a store that a worker serves, asked or not`() throws {
        try withStore { place, path in
            _ = try place.key("admin")
            chmod(place.folder.file("keys.json"), 0o644)
            let worker = Worker(number: 1, place: place)
            // Before there is a store.
            try worker.start(within: nobody)
            defer { worker.destroy() }
            try worker.waitUntilReady()
            try place.load(lines)
            share(path)
            let pid = try #require(worker.pid)
            try eventually("the worker has the store open") {
                let folder = "/proc/\(pid)/fd"
                return try FileManager.default.contentsOfDirectory(atPath: folder).contains {
                    (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)"))
                        == "\(path)-shm"
                }
            }
            chmod(place.folder.file("store"), 0o755)
            try backUp(place, path, "")
            for end in ["-wal", "-shm"] { #expect(access(path + end, F_OK) == 0, "\(end)") }
            #expect(try worker.stop() == 0)
            // The documented command, with nobody else there.
            try backUp(place, path, "?mode=ro")
            for end in ["-wal", "-shm"] { #expect(access(path + end, F_OK) == 0, "\(end)") }
            share(path)
            #expect(try query(place).status == 0)
        }
    }

    /// What `sqlite3 "VACUUM INTO …"` does, and with `?mode=ro` `sqlite3 -readonly`.
    private func backUp(_ place: Workplace, _ path: String, _ mode: String) throws {
        let copy = place.folder.file("copy\(mode.count).db")
        let program =
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], uri=True); c.execute('VACUUM INTO ?', (sys.argv[2],)); c.close()"
        let outcome = try place.run(["python3", "-c", program, "file:\(path)\(mode)", copy])
        #expect(outcome.status == 0, "\(outcome)")
    }
}
