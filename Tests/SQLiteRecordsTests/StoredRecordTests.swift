// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import GRDB
import TestSupport
import Testing
@testable import AuditRecords
@testable import StoreConformance
@testable import SQLiteRecords
@testable import AuditStores

/// What earlier versions or other programs put into the file: answered with what is valid, or not at all.
@Suite struct StoredRecordTests {
    private let folder = try! TemporaryFolder()
    private var path: String { folder.file("audit.db") }

    /// Puts a row into the file as no load does now.
    private func insert(
        attributes: [UInt8], auditId: String = "a", user: [UInt8] = Array("u".utf8), into path: String? = nil
    ) throws {
        try DatabasePool(path: path ?? self.path).write { database in
            func number(of name: [UInt8], in table: String, _ columns: String, _ values: String) throws
                -> Int64
            {
                let statement = try PreparedStatement(
                    "INSERT INTO \(table) (\(columns)) VALUES (\(values)) ON CONFLICT DO UPDATE SET name = name RETURNING id",
                    in: database)
                defer { statement.reset() }
                try statement.bind(name, at: 1)
                _ = try statement.step()
                return statement.integer(0)
            }
            let instant = StoredInstant(TestRecord.instant("2024-02-29T12:00:00Z"))
            let statement = try PreparedStatement(SQLiteSchema.insert, in: database)
            try statement.bindOrNull(nil as Int64?, at: 1)
            let system = try number(of: Array("s".utf8), in: "systems", "name, form", "?1, 0")
            try statement.bind(system, at: 2)
            try statement.bind(instant.milliseconds, at: 3)
            try statement.bind(instant.nanoseconds, at: 4)
            try statement.bind(Array(auditId.utf8), at: 5)
            try statement.bind(try number(of: user, in: "users", "system, name", "\(system), ?1"), at: 6)
            try statement.bind(
                try number(of: Array("r".utf8), in: "resources", "system, name", "\(system), ?1"), at: 7)
            try statement.bind(attributes, at: 8)
            try statement.run()
        }
    }

    private func read(_ path: String? = nil) throws -> [AuditRecord] {
        let store = SQLiteStore(reading: path ?? self.path, readers: 1)
        return try store.read(StoreConformance(store: store).read(.resource("r"), .ascending)).records
    }

    @Test(arguments: [
        (#"{"a":"x\ud800y"}"#, #"{"a":"x\ufffdy"}"#),
        (#"{"a":["\udc00\ud83d\ude00\ud83d"]}"#, #"{"a":["\ufffd\ud83d\ude00\ufffd"]}"#),
        (#"{"\uDEAD":1}"#, #"{"\ufffd":1}"#), (#"{"a":"\\ud800\ud800\n"}"#, #"{"a":"\\ud800\ufffd\n"}"#),
        (
            #"{"n":1E400,"":{"m":123456789012345678901234567890123456789}}"#,
            #"{"n":1E400,"":{"m":123456789012345678901234567890123456789}}"#
        ),
    ])
    func `a half of a surrogate pair is answered as U+FFFD, and all else as it is`(
        _ stored: String, _ answered: String
    ) throws {
        try SQLiteStore(writing: path).put([])
        try insert(attributes: Array(stored.utf8))
        #expect(try read().map { String(decoding: $0.attributes, as: UTF8.self) } == [answered])
        let key = try read()[0].key
        #expect(try SQLiteStore(reading: path).fetch([key], budget: .ample).records == [try read()[0]])
    }

    @Test(arguments: [
        (#"{"a":{"b":1,"b":2}}"#, "stands twice"), (#"{"\ud800":1,"\ud801":2}"#, "stands twice"),
        ("[]", "expected"), ("", "expected"),
        (#"{"a":01}"#, "number"), (#"{"a":"\#u{1}"}"#, "control character"),
    ])
    func `what no strict parser reads is an error that names the record and says what mends it`(
        _ attributes: String, _ part: String
    ) throws {
        let writer = SQLiteStore(writing: path)
        try writer.put([])
        try insert(attributes: Array(attributes.utf8), auditId: "bad\nid")
        let error = #expect(throws: StoreError.self) { try read() }
        #expect(error?.code == .unreadable)
        for part in [
            path, "systemId \"s\"", "2024-02-29T12:00:00.000Z", "auditId \"bad\\nid\"", part, "Load it again",
        ] {
            #expect(error?.description.contains(part) == true, "\(error as Any)")
        }
        #expect(error?.description.contains("\n") == false)
        // As it says.
        try writer.put([TestRecord.make("bad\nid", at: "2024-02-29T12:00:00Z", system: "s", resource: "r")])
        #expect(try read().count == 1)
    }

    @Test func `an id that is no UTF-8 is an error`() throws {
        try SQLiteStore(writing: path).put([])
        try insert(attributes: Array("{}".utf8), user: [0xFF])
        let error = #expect(throws: StoreError.self) { try read() }
        #expect(error?.description.contains("UTF-8") == true)
    }

    @Test func `whatever is stored, what is read is JSON that a strict parser takes, or an error`() throws {
        try SQLiteStore(writing: path).put([])
        var errors = 0
        forAll(cases: 400) { random in
            var attributes = Array(AwkwardJSON.object(&random).utf8)
            if random.once(in: 10) { attributes.insert(0xC3, at: random.number(below: attributes.count)) }
            try DatabasePool(path: path).write { try $0.execute(sql: "DELETE FROM entries") }
            try insert(attributes: attributes)
            guard let record = try? read().first else {
                errors += 1
                try require((try? StrictJSON.check(attributes)) == nil, "an error for \(attributes)")
                return
            }
            try StrictJSON.check(record.attributes)
            if (try? StrictJSON.check(attributes)) != nil {
                try require(record.attributes == attributes, "valid attributes were changed")
            }
        }
        #expect((1..<400).contains(errors), "\(errors) of 400 are errors")
    }
}
