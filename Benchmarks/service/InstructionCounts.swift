import Loading
import LogFormats
import DynamoDBRecords
import SQLiteRecords
import AuditRecords
import DemoData
import AuditStores
internal import QueryService
internal import CCallgrind
internal import Foundation

/// The hot paths one after the other, each counted apart when valgrind --tool=callgrind watches. What is prepared for
/// them is not counted.
enum InstructionCounts {
    static func run() throws {
        let bench = try Bench(PageStore { $0 % 2 == 0 ? 0 : 100 })
        let empty = Bench.query(0)
        bench.ask(empty)
        count("hit", 1000) { _ in bench.ask(empty) }

        let page = Bench.query(1)
        bench.ask(page)
        count("hit-100-records", 1000) { _ in bench.ask(page) }

        let body = Array(
            #"{"userId":"user-0@example.com","startDate":"2024-01-01","endDate":"2024-01-31"}"#.utf8)
        bench.post(body)
        count("hit-by-post", 1000) { _ in bench.post(body) }

        let first = bench.ask(Bench.query(1, more: "&limit=10"))
        let text = String(decoding: first.body, as: UTF8.self)
        guard
            let cursor = text.split(separator: "\"nextCursor\":\"").dropFirst().first?.prefix(while: {
                $0 != "\""
            })
        else { throw CocoaError(.coderValueNotFound) }
        let next = Array("cursor=\(cursor)".utf8)
        bench.ask(next)
        count("hit-by-cursor", 1000) { _ in bench.ask(next) }

        let filter = "outcome eq \"denied\" and not (action sw \"Read\" or sourceIp cidr \"10.0.0.0/16\")"
        let allowed = CharacterSet.alphanumerics
        let filtered = Bench.query(
            1, more: "&filter=\(filter.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")")
        bench.ask(filtered)
        count("hit-with-filter", 1000) { _ in bench.ask(filtered) }

        // Questions of pages of 100 records, none of them asked before.
        let fresh = (0..<100).map { Bench.query(2 * $0 + 1, more: "&limit=101") }
        count("miss-100-records", 100) { bench.ask(fresh[$0]) }

        let answers = 100_000
        let manyAnswers = try Bench(cacheByteLimit: 1 << 30)
        for number in 0..<answers { manyAnswers.ask(Bench.query(2 * number)) }
        let asked = (0..<1000).map { Bench.query(2 * (($0 &* 7919) % answers)) }
        count("hit-of-100000-answers", 1000) { manyAnswers.ask(asked[$0]) }

        let keys = 100_000
        let manyKeys = try Bench(keyCount: keys)
        manyKeys.ask(empty)
        count("hit-of-100000-keys", 1000) { manyKeys.ask(empty, key: ($0 &* 104_729) % keys) }

        try countRecords(RecordFilter(Array(filter.utf8)))
    }

    /// What one record costs on its way out of each store, in, and through a filter.
    private static func countRecords(_ filter: RecordFilter) throws {
        let lines = Array(DemoRecords(seed: 1, until: Day(daysSince1970: 19_782), count: 1000))
        let source = Array(lines.joined())
        var records: [AuditRecord] = []
        count("load-1000-lines", 10) { _ in
            records = load(source, into: KeepingStore()).records
        }
        precondition(records.count == lines.count)
        count("filter-1000-records", 10) { _ in
            let kept = try? records.count { try filter.matches($0, attributes: $0.attributes) }
            precondition(kept != nil)
        }

        let (path, reader) = try stored(records)
        defer { remove(path) }
        // One of the busy ones, in all seven systems.
        let query = RecordQuery(userId: Identifier("user-0@example.com"), limit: 100)
        try page(of: query, by: reader)
        count("page-100-sqlite", 100) { _ in try? page(of: query, by: reader) }
        try countSieved()

        var body = Array("{\"Items\":[".utf8)
        for (index, record) in records.prefix(100).enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            try ItemWriter.append(record, to: &body)
        }
        body += Array("],\"Count\":100,\"ScannedCount\":100}".utf8)
        count("transcode-100-items", 100) { _ in
            let answer = try? QueryAnswer(body)
            precondition(answer?.records.count == 100)
        }
    }

    /// What a filter costs that the store holds against rows: where none passes, and where some do.
    private static func countSieved() throws {
        let records = DemoRecords(seed: 1, until: Day(daysSince1970: 19_782), count: 30_000).compactMap {
            try? RecordLine.record($0)
        }
        let (path, reader) = try stored(records)
        defer { remove(path) }
        for (name, filter) in [
            ("sieve-30000-sqlite", "none pr"), ("count-30000-sqlite", "outcome eq \"denied\""),
        ] {
            let question = CountQuery(
                RecordQuery(
                    filter: try RecordFilter(Array(filter.utf8)),
                    range: TimeRange(
                        start: Day(daysSince1970: 19_752).start, end: Day(daysSince1970: 19_783).start)))
            count(name, 4) { _ in
                let now = ContinuousClock.now
                let budget = Budget(soft: now + .seconds(60), deadline: now + .seconds(60))
                let part = try? reader.part(of: question, scope: .all, budget: budget)
                precondition(
                    part?.looked == records.count && part?.stop == .end, "\(String(describing: part))")
            }
        }
    }

    /// Records in an embedded store: its file, which is to be removed, and who reads it.
    private static func stored(_ records: [AuditRecord]) throws -> (path: String, reader: PageReader) {
        let name = "counts-\(getpid())-\(records.count).db"
        let path = FileManager.default.temporaryDirectory.appending(path: name).path
        let writer = SQLiteStore(writing: path)
        try writer.put(records)
        try writer.checkpoint()
        return (path, PageReader(store: SQLiteStore(reading: path), now: { .now }))
    }

    private static func remove(_ path: String) {
        for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
    }

    private static func load(_ source: [UInt8], into store: KeepingStore) -> KeepingStore {
        var loader = RecordLoader(store: store) { event in preconditionFailure("\(event)") }
        var splitter = LineSplitter()
        do {
            loader.beginSource()
            for start in stride(from: 0, to: source.count, by: 1 << 16) {
                try splitter.take(source[start..<min(start + 1 << 16, source.count)]) {
                    line throws(StoreError) in try loader.take(line)
                }
            }
            try splitter.end { line throws(StoreError) in try loader.take(line) }
            try loader.flush()
        } catch {
            preconditionFailure("\(error)")
        }
        return store
    }

    private static func page(of query: RecordQuery, by reader: PageReader) throws {
        let now = ContinuousClock.now
        let page = try reader.page(
            of: query, scope: .all, budget: Budget(soft: now + .seconds(60), deadline: now + .seconds(60)))
        precondition(page.records.count == 100, "\(page.records.count) records")
    }

    private static func count(_ name: String, _ times: Int, _ body: (Int) -> Void) {
        ccallgrind_start()
        for turn in 0..<times { body(turn) }
        ccallgrind_stop()
        ccallgrind_dump("\(name) \(times)")
    }
}
