// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import DemoData
import GRDB
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

/// Attributes in two parts: whatever they are, they come back byte for byte.
@Suite struct AttributeShapeTests {
    @Test(arguments: [
        (
            #"{"a":"x","b":[1,-2.5E3,true,null,"\"\\y"], "c" : {}}"#,
            "{\"a\":\"\u{0}\",\"b\":[\u{0},\u{0},\u{0},\u{0},\"\u{0}\"], \"c\" : {}}"
        ),
        (#"{"a" :"b:"}"#, "{\"a\" :\"\u{0}\"}"), ("{}", "{}"), (#"{"":""}"#, "{\"\":\"\u{0}\"}"),
    ])
    func `a shape is what is left without values`(_ attributes: String, _ shape: String) {
        #expect(SplitAttributes(Array(attributes.utf8))?.shape == Array(shape.utf8))
    }

    @Test(arguments: ["", "\u{0}", "{\"a\":\"\u{0}\"}", #"{"a":"x"#, #"{"a\"#])
    func `what is no JSON object is stored as it is`(_ attributes: String) {
        #expect(SplitAttributes(Array(attributes.utf8)) == nil)
    }

    @Test func `any bytes are the same again`() {
        let awkward = Array("{}[],:\"\\ \n\t0ae\u{80}\u{0}".utf8)
        forAll(cases: 3000) { random in
            let attributes =
                random.once(in: 2)
                ? Array(AwkwardJSON.object(&random).utf8)
                : (0..<random.number(below: 30)).map { _ in random.pick(awkward) }
            guard let split = SplitAttributes(attributes) else { return }
            let shape = AttributeShape(split.shape)
            try require(text(shape, split.values) == attributes, "\(attributes) is another")
            var values: [UInt8] = []
            let isOfShape = shape.append(valuesOf: attributes, to: &values)
            // What is no JSON may be taken for another shape's, which costs time only.
            let isJSON = (try? AuditRecord.readable(attributes: attributes)) != nil
            try require(isOfShape || !isJSON, "\(attributes) is of another shape")
            try require(!isOfShape || text(shape, values) == attributes, "\(attributes) is another")
        }
    }

    @Test func `what is taken for another's shape is the same again, too`() {
        forAll(cases: 3000) { random in
            let (one, other) = (AwkwardJSON.object(&random), AwkwardJSON.object(&random))
            guard let split = SplitAttributes(Array(one.utf8)) else { return }
            let shape = AttributeShape(split.shape)
            var changed = random.once(in: 2) ? Array(one.utf8) : Array(other.utf8)
            if !changed.isEmpty, random.once(in: 2) {
                let place = random.number(below: changed.count)
                let bytes = Array("\"\\{}[],:0a \u{0}".utf8)
                if random.once(in: 2) {
                    changed[place] = random.pick(bytes)
                } else {
                    changed.removeSubrange(place...)
                }
            }
            var values: [UInt8] = []
            guard shape.append(valuesOf: changed, to: &values) else { return }
            try require(text(shape, values) == changed, "\(changed) is another")
        }
    }

    @Test func `what is known to be readable is what any reader reads, and else is held to be JSON or not`() {
        let awkward = Array("\"\\{}[],:0123eE+-.atrufslnx \n\u{0}\u{1}é".utf8) + [0x80, 0xFF]
        forAll(cases: 6000) { random in
            guard let split = SplitAttributes(Array(AwkwardJSON.object(&random).utf8)) else { return }
            var (shape, values) = (split.shape, split.values)
            for _ in 0..<random.number(in: 0...3) {
                if random.once(in: 3) {
                    change(&shape, awkward, &random)
                } else {
                    change(&values, awkward, &random)
                }
            }
            let read = AttributeShape(shape, isRead: true)
            guard let text = values.withUnsafeBytes({ read.text($0) }), text.isReadable else { return }
            let readable = try? AuditRecord.readable(attributes: text.bytes)
            try require(readable == text.bytes, "\(shape) with \(values) is said to be readable")
        }
    }

    @Test func `plain values of a shape that is JSON are known to be readable`() throws {
        let split = try #require(
            SplitAttributes(Array(#"{"a":"é x","b":[1,-2.5E3,null],"c":{"d":true}}"#.utf8)))
        let shape = AttributeShape(split.shape, isRead: true)
        #expect(split.values.withUnsafeBytes { shape.text($0)?.isReadable } == true)
        let escaped = try #require(SplitAttributes(Array(#"{"a":"\ud800"}"#.utf8)))
        let other = AttributeShape(escaped.shape, isRead: true)
        #expect(escaped.values.withUnsafeBytes { other.text($0)?.isReadable } == false)
    }

    private func change(_ text: inout [UInt8], _ bytes: [UInt8], _ random: inout SplitMix64) {
        guard !text.isEmpty else { return text = [random.pick(bytes)] }
        let place = random.number(below: text.count)
        switch random.number(below: 3) {
        case 0: text[place] = random.pick(bytes)
        case 1: text.remove(at: place)
        default: text.insert(random.pick(bytes), at: place)
        }
    }

    @Test func `values that do not belong to a shape are none`() {
        let shape = Array("{\"a\":\u{0}}".utf8)
        for values in [[], [2, 0x31], [1, 0x31, 0x32], [0x80], [UInt8](repeating: 0xFF, count: 9)]
            as [[UInt8]]
        {
            #expect(text(AttributeShape(shape), values) == nil)
        }
    }

    @Test func `a shape is numbered when it comes again, and what it stands for is read as it came`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("audit.db")
        let records = (0..<4).map {
            TestRecord.make(
                Identifier("\($0)"), at: "2024-02-29T12:00:00Z", user: "u",
                attributes: "{\"n\":\($0 < 2 ? "\($0)" : "\"long enough\""), \"again\":[1]}")
        }
        let store = SQLiteStore(writing: path)
        for record in records { try store.put([record]) }
        #expect(
            try store.read(StoreConformance(store: store).read(.user("u"), .ascending)).records == records)
        let kinds = try DatabaseQueue(path: path).read {
            try String.fetchAll($0, sql: "SELECT typeof(attributes) FROM entries ORDER BY audit_id")
        }
        #expect(kinds == ["text", "blob", "text", "blob"])
        // Whoever comes later finds it numbered.
        try SQLiteStore(writing: path).put([records[0]])
        let kind = try DatabaseQueue(path: path).read {
            try String.fetchOne($0, sql: "SELECT typeof(attributes) FROM entries ORDER BY audit_id LIMIT 1")
        }
        #expect(kind == "blob")
    }

    @Test func `a shape that is missing is an error, and no record without attributes`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("audit.db")
        let store = SQLiteStore(writing: path)
        let record = TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u", attributes: #"{"a":1}"#)
        for _ in 0..<2 { try store.put([record]) }
        try DatabaseQueue(path: path).write { try $0.execute(sql: "DELETE FROM shapes") }
        let reader = SQLiteStore(reading: path)
        let error = #expect(throws: StoreError.self) {
            try reader.read(StoreConformance(store: reader).read(.user("u"), .ascending))
        }
        #expect(error?.code == .unreadable)
        #expect(error?.description.contains("the shape 1") == true, "\(error as Any)")
    }

    private func text(_ shape: AttributeShape, _ values: [UInt8]) -> [UInt8]? {
        values.withUnsafeBytes { shape.text($0)?.bytes }
    }
}
