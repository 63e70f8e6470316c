import AuditRecords
import AuditStores
import DemoData
import LogFormats
import SQLiteRecords
internal import Foundation

/// How fast one thread holds filters and searches against records.
enum FilteringSpeed {
    /// Usual filters, and one that no demo record has anything of.
    private static let usual = [
        "userId eq \"user-7@example.com\"", "outcome eq \"denied\"",
        "outcome eq \"denied\" and sourceIp cidr \"10.2.0.0/16\"",
        "action co \"Policy\" or details.durationMs gt 1990", "details.requestId sw \"dead\"", "none pr",
        "not (action sw \"Read\") and (resourceId co \"invoice\" or resourceId co \"bucket\") and timestamp ge \"2024-01-10T00:00:00Z\"",
    ]

    /// Words of few records, of many, of names only, of all but one, and in a script that no demo record has.
    private static let searches = [
        "9104406de515922c", "delete invoice", "duration", "user-7@example success denied billing", "грузия",
        "example.com",
    ]

    private static func conditions() throws -> [(text: String, condition: RecordCondition)] {
        let filters = try usual.map { ($0, try RecordFilter(Array($0.utf8)), RecordSearch?.none) }
        let words = try searches.map {
            ("search \($0)", RecordFilter?.none, try RecordSearch(Array($0.utf8)))
        }
        return (filters + words).compactMap { text, filter, search in
            RecordCondition(filter: filter, search: search).map { (text, $0) }
        }
    }

    /// Demo records in memory, then the worst that a filter may be held against.
    static func print() throws {
        let records = demo(100_000)
        for (text, condition) in try conditions() {
            var kept = 0
            let seconds = try time(seconds: 2) {
                kept = try records.count { try condition.matches($0, attributes: $0.attributes) }
            }
            Swift.print(
                "\(figure(Double(records.count) / seconds / 1e6)) million records/s, \(kept) of \(records.count): \(text)"
            )
        }
        for (name, attributes, condition) in try worst() {
            let record = AuditRecord(
                key: records[0].key, userId: records[0].userId, resourceId: records[0].resourceId,
                attributes: Array(attributes.utf8))
            let seconds = try time(seconds: 1) {
                _ = try condition.matches(record, attributes: record.attributes)
            }
            Swift.print("\(figure(seconds * 1e3)) ms for \(record.attributes.count / 1000) KB: \(name)")
        }
    }

    /// A walk over all of an embedded store's systems, as pages.
    static func print(store path: String) throws {
        let reader = PageReader(store: SQLiteStore(reading: path), now: { .now })
        let systems = [
            "billing", "identity", "storage", "deployments", "payroll", "support-desk", "data-warehouse",
        ]
        for (text, condition) in try conditions() {
            var (kept, looked) = (0, 0)
            let start = clock()
            for system in systems {
                var query = RecordQuery(
                    systemId: Identifier(system), filter: condition.filter, search: condition.search,
                    range: TimeRange(
                        start: Day(daysSince1970: 19_723).start, end: Day(daysSince1970: 19_754).start))
                repeat {
                    let page = try reader.page(
                        of: query, scope: .all,
                        budget: Budget(soft: .now + .seconds(5), deadline: .now + .seconds(30)))
                    kept += page.records.count
                    looked += page.looked
                    query.after = page.resume
                } while query.after != nil
            }
            let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
            Swift.print(
                "\(figure(Double(looked) / seconds / 1e6)) million records/s, \(kept) of \(looked): \(text)")
        }
    }

    static func demo(_ count: Int) -> [AuditRecord] {
        DemoRecords(seed: 1, until: Day(daysSince1970: 19_753), count: count).compactMap { line in
            try? RecordLine.record(line)
        }
    }

    /// The best of some seconds' turns, in processor time.
    static func time(seconds: Int, _ turn: () throws -> Void) rethrows -> Double {
        var best = Double.infinity
        let end = ContinuousClock.now + .seconds(seconds)
        repeat {
            let start = clock()
            try turn()
            best = min(best, Double(clock() - start) / Double(CLOCKS_PER_SEC))
        } while ContinuousClock.now < end
        return best
    }

    private static func figure(_ number: Double) -> String { String(format: "%.2f", number) }

    private static func worst() throws -> [(name: String, attributes: String, condition: RecordCondition)] {
        let filters = try worstFilters.map {
            (
                $0.name, $0.attributes,
                RecordCondition(filter: try RecordFilter(Array($0.filter.utf8)), search: nil)
            )
        }
        let searches = try worstSearches.map {
            (
                $0.name, $0.attributes,
                RecordCondition(filter: nil, search: try RecordSearch(Array($0.words.utf8)))
            )
        }
        return (filters + searches).compactMap { name, attributes, condition in
            condition.map { (name, attributes, $0) }
        }
    }

    private static var worstSearches: [(name: String, attributes: String, words: String)] {
        func words(_ letter: String) -> String {
            (1...8).map {
                String(repeating: letter, count: 128 - $0) + "b" + String(repeating: letter, count: $0 - 1)
            }
            .joined(separator: " ")
        }
        let long = String(repeating: "A", count: 400_000)
        let cyrillic = String(repeating: "Ж", count: 200_000)
        let escaped = String(repeating: "\\u0416", count: 66_000)
        let short = (0..<40_000).map { _ in "\"aaaaaaa\"" }.joined(separator: ",")
        return [
            ("8 words of 128 in one string", "{\"x\":\"\(long)\"}", words("a")),
            ("8 words of 128 in one Cyrillic string", "{\"x\":\"\(cyrillic)\"}", words("ж")),
            ("8 words of 128 in one escaped string", "{\"x\":\"\(escaped)\"}", words("ж")),
            ("8 words in 40,000 strings", "{\"x\":[\(short),\"é\"]}", words("a")),
        ]
    }

    private static var worstFilters: [(name: String, attributes: String, filter: String)] {
        func many(_ count: Int, _ part: (Int) -> String, _ separator: String = ",") -> String {
            (0..<count).map(part).joined(separator: separator)
        }
        let long = String(repeating: "a", count: 400_000)
        let some = String(repeating: "a", count: 30)
        let objects = many(10_000) { "{\"b\":\($0),\"c\":\"x\",\"d\":[\($0)]}" }
        return [
            (
                "64 searches in one string", "{\"x\":\"\(long)\"}",
                many(64, { "x co \"\(some)b\($0)\"" }, " or ")
            ),
            (
                "one search of 4000 bytes", "{\"x\":\"\(long)\"}",
                "x co \"\(String(repeating: "a", count: 4000))b\""
            ),
            (
                "64 paths of which none is there", "{\(many(30_000) { "\"m\($0)\":\($0)" })}",
                many(64, { "a\($0).b eq 1" }, " or ")
            ),
            (
                "64 brackets at one place", "{\"a\":[\(objects)]}",
                many(64, { "a[b eq -\($0) and c ne \"x\"]" }, " or ").split(separator: " or ").prefix(32)
                    .joined(separator: " or ")
            ),
            (
                "64 numbers at one place", "{\"a\":[\(many(60_000) { "\($0)e2" })]}",
                many(64, { "a eq 1.\($0)e-7" }, " or ")
            ),
            (
                "64 networks at one place", "{\"a\":[\(many(30_000) { "\"10.0.\($0 % 200).1\"" })]}",
                many(64, { "a cidr \"2001:db8:\($0)::/48\"" }, " or ")
            ),
        ]
    }
}
