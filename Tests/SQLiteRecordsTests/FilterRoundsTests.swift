import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

/// Pages of filtered questions, each with every limit, from the embedded store.
@Suite struct FilterRoundsTests {
    private static let indexed = ["a", "a.b", "b", "\"x.y\"", "c.a", "not"]

    @Test func `pages of every limit together are what a plain reader finds by looking at everything`() throws
    {
        let folder = try TemporaryFolder()
        var (files, asked, telling) = (0, 0, 0)
        forAll(cases: 30) { random in
            files += 1
            let path = folder.file("\(files).db")
            let paths = try Self.indexed.filter { _ in random.once(in: 2) }.map { try AttributePath($0) }
            var rounds = FilterRounds(random: random.fork())
            try rounds.fill(
                SQLiteStore(
                    writing: path,
                    indexes: SQLiteIndexes(
                        attributes: random.once(in: 3) ? nil : paths, text: random.once(in: 2))))
            try rounds.ask(SQLiteStore(reading: path, readers: 1))
            (asked, telling) = (asked + rounds.counts.asked, telling + rounds.counts.telling)
        }
        #expect(telling * 4 > asked, "\(telling) of \(asked) filters let some records through and not others")
    }
}
