// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import TestSupport
import Testing
@testable import SQLiteRecords
@testable import AuditRecords
@testable import AuditStores
@testable import StoreConformance

/// The names that the embedded store has.
@Suite struct StoredNamesTests {
    private static let vocabulary: [Identifier] = [
        "a", "a ", "ab", "A", "é", "e\u{301}", "日本", "\u{10FFFF}", "a/b", "a\u{7F}",
    ]

    private static let scopes: [SystemScope] = [
        .all, .only([.exact("a"), .exact("日本")]), .only([.prefix("a")]),
        .only([.prefix("a"), .exact("ab"), .exact("é")]),
        .only([]),
    ]

    @Test func `names that a key may see are told once each in the order of their bytes, from any place on`()
        throws
    {
        forAll(cases: 100) { random in
            let folder = try TemporaryFolder()
            let records = (0..<random.number(in: 1...60)).map { number in
                TestRecord.make(
                    Identifier(
                        random.pick(["id-\(number)", "0b1c6f1e-3c4d-4e5f-8a9b-\(100_000_000_000 + number)"])),
                    at: Timestamp(seconds: 1_709_208_000 + Int64(number)),
                    system: random.pick(Self.vocabulary), user: random.pick(Self.vocabulary),
                    resource: random.pick(Self.vocabulary))
            }
            let store = SQLiteStore(writing: folder.file("audit.db"))
            try store.put(records)
            for kind in NameKind.allCases {
                let read = NameRead(
                    kind: kind, prefix: random.pick(["", "", "a", "é", "zz"]).utf8.map(\.self),
                    start: random.pick(Self.vocabulary + [""]).bytes, limit: random.number(in: 1...8),
                    scope: random.pick(Self.scopes), deadline: .now + .seconds(60))
                let expected = NaiveStore(records).names(read)
                try require(try store.names(read) == expected, "\(read): \(String(describing: expected))")
            }
        }
    }

    @Test(arguments: 1...2)
    func `an earlier file has no index that lists names`(_ version: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("audit.db")
        try EarlierFile.write([TestRecord.make("1", at: Timestamp(seconds: 1))], path, version: version)
        #expect(try SQLiteStore(reading: path).names(Self.users) == nil)
    }

    @Test func `names that cannot be listed in time are no answer`() throws {
        let folder = try TemporaryFolder()
        let store = SQLiteStore(writing: folder.file("audit.db"))
        try store.put([
            TestRecord.make("1", at: Timestamp(seconds: 1), system: "s", user: "u", resource: "r")
        ])
        #expect(throws: StoreError.self) { try store.names(NameRead(kind: .user, limit: 10, deadline: .now)) }
    }

    private static var users: NameRead { NameRead(kind: .user, limit: 10, deadline: .now + .seconds(60)) }

    @Test func `a name whose last record was replaced is told no more`() throws {
        let folder = try TemporaryFolder()
        let store = SQLiteStore(writing: folder.file("audit.db"))
        for user in ["first", "second"] as [Identifier] {
            try store.put([TestRecord.make("1", at: Timestamp(seconds: 1), user: user)])
        }
        #expect(try store.names(Self.users)?.names == ["second"])
    }
}
