internal import AuditQuery
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
    }

    private static func count(_ name: String, _ times: Int, _ body: (Int) -> Void) {
        ccallgrind_start()
        for turn in 0..<times { body(turn) }
        ccallgrind_stop()
        ccallgrind_dump("\(name) \(times)")
    }
}
