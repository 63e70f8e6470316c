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

    @Test(arguments: 1...3)
    func `names are told once each in the order of their bytes, from any place on`(_ version: Int) throws {
        forAll(cases: 20) { random in
            let folder = try TemporaryFolder()
            let path = folder.file("audit.db")
            let records = (0..<random.number(in: 1...60)).map { number in
                TestRecord.make(
                    Identifier("id-\(number)"), at: Timestamp(seconds: 1_709_208_000 + Int64(number)),
                    system: random.pick(Self.vocabulary), user: random.pick(Self.vocabulary),
                    resource: random.pick(Self.vocabulary))
            }
            try EarlierFile.write(records, path, version: version)
            let store = SQLiteStore(reading: path, readers: 1)
            for kind in NameKind.allCases {
                let all = Set(records.map { Self.name(kind, $0) })
                let first = random.pick(Self.vocabulary + [""])
                let limit = random.number(in: 1...8)
                let found = try store.names(of: kind, from: first, limit: limit, budget: .ample)
                try require(
                    found == Array(all.filter { first <= $0 }.sorted().prefix(limit)),
                    "\(kind) from \(first): \(found)")
            }
        }
    }

    @Test func `what is found until the budget's soft end is returned`() throws {
        let folder = try TemporaryFolder()
        let store = SQLiteStore(writing: folder.file("audit.db"))
        try store.put([
            TestRecord.make("1", at: Timestamp(seconds: 1), system: "s", user: "u", resource: "r")
        ])
        let spent = Budget(soft: .now, deadline: .now + .seconds(10))
        #expect(try store.names(of: .user, from: "", limit: 10, budget: spent) == [])
    }

    @Test func `a name whose last record was replaced is told no more`() throws {
        let folder = try TemporaryFolder()
        let store = SQLiteStore(writing: folder.file("audit.db"))
        for user in ["first", "second"] as [Identifier] {
            try store.put([TestRecord.make("1", at: Timestamp(seconds: 1), user: user)])
        }
        #expect(try store.names(of: .user, from: "", limit: 10, budget: .ample) == ["second"])
    }

    private static func name(_ kind: NameKind, _ record: AuditRecord) -> Identifier {
        switch kind {
        case .system: record.key.systemId
        case .user: record.userId
        case .resource: record.resourceId
        }
    }
}
