import Testing

@testable import audit_query
@testable import AuditRecords
@testable import AuditStores
@testable import QueryService

/// What `count` shows of counts.
@Suite struct CountTableTests {
    private func instant(_ text: String) throws -> Timestamp { try Timestamp.parse(Array(text.utf8)).instant }

    private func total(
        by names: [String], _ groups: [([GroupValue], Int)], top: Int = 1000, from: String? = nil,
        to: String? = nil
    ) throws -> (CountTotal, asked: [GroupKey]) {
        let asked = try names.map { try GroupKey(Array($0.utf8)) }
        var tally = Tally(by: GroupKey.normalized(asked))
        tally.add(groups.map { (Group($0.0), $0.1) }, of: groups.reduce(0) { $0 + $1.1 })
        let range = TimeRange(start: try from.map(instant), end: try to.map(instant))
        return (CountTotal(tally, top: top, range: range, systems: ["*"]), asked)
    }

    private func day(_ text: String) -> GroupValue {
        TimeBucket(.day, Array(text.utf8)).map { .time($0) } ?? .none
    }

    private func text(_ text: String) -> GroupValue { .text(Identifier(text)) }

    @Test func `a count alone is its number`() throws {
        let (total, asked) = try total(by: [], [])
        #expect(CountTable(total, by: asked).tabs == ["0"])
        #expect(CountTable(total, by: asked).lines(width: 80) == ["0"])
    }

    @Test func `days without records have rows, from the beginning to the end of what was searched`() throws {
        let (total, asked) = try total(
            by: ["day"], [([day("2024-02-28")], 3), ([day("2024-03-01")], 12)], from: "2024-02-27T10:00:00Z",
            to: "2024-03-02T00:00:00Z")
        let table = CountTable(total, by: asked)
        #expect(
            table.tabs == [
                "DAY\tCOUNT", "2024-02-27\t0", "2024-02-28\t3", "2024-02-29\t0", "2024-03-01\t12",
            ])
        #expect(
            table.lines(width: 35, usesBlocks: true) == [
                "DAY         COUNT", "2024-02-27      0", "2024-02-28      3  ████", "2024-02-29      0",
                "2024-03-01     12  ████████████████",
            ])
        #expect(table.lines(width: 35, usesBlocks: false)[2] == "2024-02-28      3  ####")
        #expect(table.lines(width: 20, usesBlocks: true)[2] == "2024-02-28      3", "no room for bars")
    }

    @Test
    func `where nothing bounds what was searched, or groups are left out, rows end with the last group`()
        throws
    {
        let groups = [([day("2024-02-28")], 3), ([day("2024-03-01")], 12)]
        let (open, asked) = try total(by: ["day"], groups)
        #expect(CountTable(open, by: asked).tabs.count == 4)
        let (cut, _) = try total(
            by: ["day"], groups, top: 1, from: "2024-02-27T00:00:00Z", to: "2024-12-31T00:00:00Z")
        #expect(CountTable(cut, by: asked).tabs == ["DAY\tCOUNT", "2024-02-27\t0", "2024-02-28\t3"])
        // A row an hour of all that was searched would be 80,000 of them.
        let (long, _) = try total(
            by: ["day"], groups, from: "1900-01-01T00:00:00Z", to: "2024-12-31T00:00:00Z")
        #expect(CountTable(long, by: asked).tabs.count == 4)
        let (far, _) = try total(by: ["day"], [([day("0001-01-01")], 1), ([day("9999-12-31")], 1)])
        #expect(CountTable(far, by: asked).tabs.count == 3)
    }

    @Test func `columns stand as they were asked for, and what has no value is told apart from texts`() throws
    {
        let (total, asked) = try total(
            by: ["outcome", "day"],
            [
                ([day("2024-02-28"), .none], 2), ([day("2024-02-28"), text("null")], 1),
                ([day("2024-03-01"), text("a\tb\u{202E}")], 1),
            ])
        let table = CountTable(total, by: asked)
        #expect(
            table.tabs == [
                "OUTCOME\tDAY\tCOUNT", "\t2024-02-28\t2", "null\t2024-02-28\t1", "\t2024-02-29\t0",
                "a<U+0009>b\u{202E}\t2024-03-01\t1",
            ])
        let lines = table.lines(width: 60, usesBlocks: true)
        #expect(lines[1].hasPrefix("(none) ") && lines[4].hasPrefix("a<U+0009>b<U+202E>"))
        #expect(lines.allSatisfy { $0.displayWidth <= 60 })
    }

    @Test func `groups by other things have no bars, and come in the order of their counts`() throws {
        let (total, asked) = try total(
            by: ["userId"],
            [([text("a")], 1), ([text("b")], 1000), ([.boolean(true)], 7), ([GroupValue(number: [0x37])], 7)])
        #expect(
            CountTable(total, by: asked).lines(width: 80) == [
                "USER  COUNT", "b      1000", "7         7", "true      7", "a         1",
            ])
    }

    @Test(arguments: [(0, 0), (1, 1), (500, 40), (999, 79), (1000, 80)])
    func `bars are to each other as numbers are, and what is not zero is seen`(_ count: Int, _ eighths: Int) {
        let bar = Histogram(most: 1000, width: 10, usesBlocks: true).bar(count)
        let partial = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]
        #expect(bar.reduce(0) { $0 + (partial.firstIndex(of: String($1)) ?? 100) + 1 } == eighths)
        #expect(
            Histogram(most: 1000, width: 10, usesBlocks: false).bar(count).count
                == max(count > 0 ? 1 : 0, count / 100))
    }
}
