import TestSupport
import Testing
@testable import JSONBytes
@testable import LogFormats
@testable import QueryService
@testable import AuditStores
@testable import Loading
@testable import AuditRecords
@testable import StoreConformance

/// What was answered can be loaded, and is the same then.
@Suite struct AnswerLoadTests {
    private static let question = RecordQuery(
        systemId: "s",
        range: TimeRange(
            start: TestRecord.instant("2024-01-01T00:00:00Z"), end: TestRecord.instant("2024-03-01T00:00:00Z")
        ),
        order: .ascending, limit: 1000)

    private static func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }

    /// As records of the field are: nested, with names that an answer has too, and as deep as they get.
    private static let records = [
        "{}", #"{"action":"Delete","details":{"a":[1.50,{"b":null}],"text":"\u0041\n é"}}"#,
        #"{"id":"evt-1","attributes":{"nested":true}}"#, #"{"attributes":{"attributes":{"a":1}}}"#,
        #"{"records":[{"auditId":"x"}],"count":1}"#, #"{"n":12345678901234567890123456789012345678}"#,
        "{\"deep\":\(nested(32))}", #"{"e\u0301":1,"é":2,"id":7}"#,
    ].enumerated().map { number, attributes in
        TestRecord.make(
            Identifier("id#\(number)/é"), at: "2024-01-31T10:00:0\(number).12\(number)Z", system: "s",
            user: "zoë \"x\"", resource: "r", attributes: attributes)
    }

    private func page(_ store: any RecordStore) throws -> [UInt8] {
        let writer = AnswerWriter(policy: .unrestricted)
        return try writer.page(
            RecordPage(records: all(store), stop: .end, resume: nil), of: Self.question, nextCursor: nil)
    }

    private func all(_ store: any RecordStore) throws -> [AuditRecord] {
        let start = ContinuousClock.now
        return try store.read(
            PartitionRead(
                partition: .user("zoë \"x\""), range: TimeRange(start: nil, end: nil), order: .ascending,
                after: nil,
                restriction: Restriction(scope: .all),
                limit: 1000,
                budget: Budget(soft: start + .seconds(60), deadline: start + .seconds(60)))
        ).records
    }

    private func load(_ text: [UInt8], into store: any RecordStore) throws -> [String] {
        var faults: [String] = []
        var loader = RecordLoader(store: store) { line, reason in faults.append("\(line): \(reason)") }
        var splitter = LineSplitter()
        try splitter.take(text[...]) { line throws(StoreError) in try loader.take(line) }
        try splitter.end { line throws(StoreError) in try loader.take(line) }
        try loader.flush()
        return faults
    }

    @Test func `a page, its records line by line, a batch and a single record load as what they are`() throws
    {
        let first = NaiveStore(Self.records)
        let writer = AnswerWriter(policy: .unrestricted)
        let page = try page(first)
        let lines = try Self.records.flatMap { try writer.record($0) }
        let batch = try writer.batch([nil] + Self.records + [nil])
        let half = try writer.record(Self.records[0]) + writer.batch(Array(Self.records.dropFirst()))
        for text in [page, lines, batch, half, page + lines] {
            let second = NaiveStore()
            #expect(try load(text, into: second) == [])
            #expect(try all(second) == Self.records)
            #expect(try self.page(second) == page)
        }
    }

    @Test func `members may come in any order, as other programs write them`() throws {
        let record = try String(
            decoding: AnswerWriter(policy: .unrestricted).record(Self.records[1]), as: UTF8.self)
        let object = try JSONObject(Array(record.utf8))
        let members = object.members.map {
            String(decoding: object.bytes[$0.nameRange.lowerBound..<$0.value.upperBound], as: UTF8.self)
        }
        let turned = "{" + members.reversed().joined(separator: " , ") + "}"
        let page = "{\"count\":1,\"records\":[\(turned)],\"hasMore\":false}"
        for text in [turned, page] {
            let store = NaiveStore()
            #expect(try load(Array(text.utf8), into: store) == [])
            #expect(try all(store) == [Self.records[1]])
        }
    }

    @Test func `a record that only looks like an answer's is taken as it is`() throws {
        let line =
            #"{"auditId":"a","timestamp":"2024-01-31T10:00:00Z","systemId":"s","userId":"zoë \"x\"","#
            + #""resourceId":"r","#
        let another = String(decoding: Self.records[0].key.id, as: UTF8.self)
        for attributes in [
            #""id":"evt-1","attributes":{"a":1}}"#, "\"id\":\"\(another)\",\"attributes\":{\"a\":1}}",
            #""attributes":{"a":1}}"#, #""id":7,"attributes":{}}"#,
            #""records":[],"count":0}"#,
        ] {
            let store = NaiveStore()
            #expect(try load(Array((line + attributes).utf8), into: store) == [])
            #expect(
                try all(store).map { String(decoding: $0.attributes, as: UTF8.self) } == ["{\(attributes)"])
        }
    }

    @Test func `an answer's record that was changed is refused, and says how`() throws {
        let record = try String(
            decoding: AnswerWriter(policy: .unrestricted).record(Self.records[1]), as: UTF8.self
        )
        .trimmingSuffix("\n")
        for (text, part) in [
            (record.dropLast() + ",\"note\":1}", "has besides \"note\""),
            (record.replacing(/"attributes":\{.*\}\}/) { _ in "\"x\":1}" }, "has besides \"x\""),
            (
                record.replacing(/"attributes":\{.*\}\}/) { _ in "\"attributes\":[]}" },
                "attributes is not an object"
            ),
            (record.replacing(/,"attributes":\{.*\}\}/) { _ in "}" }, "attributes is missing"),
        ] as [(String, String)] {
            let faults = try load(Array(text.utf8), into: NaiveStore())
            #expect(faults.count == 1 && faults[0].contains(part), "\(faults) for \(text)")
        }
    }

    @Test func `a record of a page that is none is told by its number, and the others are loaded`() throws {
        let good = try String(
            decoding: AnswerWriter(policy: .unrestricted).record(Self.records[0]), as: UTF8.self
        )
        .trimmingSuffix("\n")
        let store = NaiveStore()
        let faults = try load(Array("{\"records\":[{\"x\":1},\(good)]}".utf8), into: store)
        #expect(
            faults.count == 1 && faults[0].hasPrefix("1: record 1 of the page: auditId is missing; "),
            "\(faults)")
        #expect(try all(store) == [Self.records[0]])
    }

    @Test func `a page that is longer than any line is loaded, and settled with its end`() throws {
        let count = LineSplitter.maximumLineByteCount / 200
        let records = (0..<count).map { number in
            TestRecord.make(
                Identifier("id-\(1_000_000 + number)"), at: "2024-01-31T10:00:00Z", system: "s",
                user: "zoë \"x\"",
                resource: "r", attributes: "{\"n\":\(number)}")
        }
        let writer = AnswerWriter(policy: .unrestricted)
        let page = try writer.page(
            RecordPage(records: records, stop: .end, resume: nil), of: Self.question, nextCursor: nil)
        #expect(page.count > LineSplitter.maximumLineByteCount)
        let text = try writer.record(Self.records[0]) + page + writer.record(Self.records[1])
        let store = NaiveStore()
        var faults: [String] = []
        var loader = RecordLoader(store: store) { line, reason in faults.append("\(line): \(reason)") }
        var splitter = LineSplitter()
        var settled: Set<Int> = []
        for start in stride(from: 0, to: text.count, by: 100_000) {
            try splitter.take(text[start..<min(start + 100_000, text.count)]) { line throws(StoreError) in
                try loader.take(line)
                settled.insert(loader.entries.settled)
            }
        }
        try splitter.end { line throws(StoreError) in try loader.take(line) }
        try loader.flush()
        #expect(faults.isEmpty && loader.counts.new == count + 2 && loader.entries.settled == 3, "\(faults)")
        #expect(settled == [0, 1])
        #expect(try store.fetch(records.map(\.key), budget: .ample).records == records)
        // Cut in its middle, as a disk without room leaves it.
        let cut = try load(Array(page.prefix(page.count - 1000)), into: NaiveStore())
        #expect(cut.count == 1 && cut[0].contains("damaged behind its record"), "\(cut)")
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
