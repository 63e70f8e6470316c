// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import DemoData
import TestSupport
import Testing
@testable import AuditRecords
@testable import SQLiteRecords
@testable import StoreConformance

/// A sieve leaves out no record that the filter lets through, nor one that is an error, whatever bytes are stored.
@Suite struct ShapeSieveTests {
    private static func sieve(_ filter: String) throws -> RecordSieve {
        try #require(RecordSieve(try RecordFilter(Array(filter.utf8))))
    }

    private static func leavesOut(
        _ sieve: RecordSieve, shape bytes: [UInt8], values: [UInt8], _ known: RecordSieve.Known = .nothing
    ) -> Bool {
        guard let shape = ShapeSieve(sieve, shape: bytes) else { return false }
        var judged = 0
        let told = values.withUnsafeBytes { shape.leavesOut($0, known, judged: &judged) }
        // How much a sieve looks at may not depend on how it is stored.
        let text = values.withUnsafeBytes { AttributeShape(bytes).text($0)?.bytes.count }
        #expect(told == nil || judged == text)
        return told ?? false
    }

    private static func leavesOut(
        _ sieve: RecordSieve, _ attributes: [UInt8], _ known: RecordSieve.Known = .nothing
    ) -> Bool {
        guard let split = SplitAttributes(attributes) else { return false }
        return leavesOut(sieve, shape: split.shape, values: split.values, known)
    }

    @Test func `what is left out does not pass, and what a sieve understands and passes it is not`() {
        forAll(cases: 300) { random in
            var source = RandomFilters(random: random.fork())
            let filters = try (0..<8).map { _ in
                try RecordFilter(Array(source.text(source.filter(8)).utf8))
            }
            for _ in 0..<8 {
                let record = source.record().record
                for filter in filters {
                    guard let sieve = RecordSieve(filter) else { continue }
                    let known = sieve.known(user: record.userId) | sieve.known(resource: record.resourceId)
                    let isLeftOut = Self.leavesOut(sieve, record.attributes, known)
                    let passes = try filter.matches(record, attributes: record.attributes)
                    let text = String(decoding: record.attributes, as: UTF8.self)
                    try require(!isLeftOut || !passes, "\(filter) leaves out \(text)")
                    // Whether a row is split depends on other systems' records.
                    let isWholeLeftOut = sieve.leavesOut(record.attributes, known)
                    try require(
                        !isLeftOut || isWholeLeftOut, "\(filter) leaves out \(text) where it is split")
                    try require(
                        sieve.unknown != 0 || isWholeLeftOut == !passes, "\(filter) mistakes \(text)")
                    // Of values with escapes the whole text tells.
                    guard !record.attributes.contains(UInt8(ascii: "\\")) else { continue }
                    try require(isLeftOut == isWholeLeftOut, "\(filter) keeps \(text) where it is split")
                }
            }
        }
    }

    @Test func `bytes that no program of this kind has stored are left out only if they are a record's`() {
        let bytes = Array("\"\\{}[],:0123eE+-.atrufslnx \n\u{0}\u{1}é".utf8) + [0x80, 0xFF]
        forAll(cases: 2000) { random in
            var source = RandomFilters(random: random.fork())
            let filter = try RecordFilter(Array(source.text(source.filter(4)).utf8))
            guard let sieve = RecordSieve(filter) else { return }
            let record = source.record().record
            guard let split = SplitAttributes(record.attributes) else { return }
            var (shape, values) = (split.shape, split.values)
            for _ in 0..<random.number(in: 1...3) {
                if random.once(in: 2) {
                    Self.change(&shape, bytes, &random)
                } else {
                    Self.change(&values, bytes, &random)
                }
            }
            guard Self.leavesOut(sieve, shape: shape, values: values) else { return }
            let text = values.withUnsafeBytes { AttributeShape(shape).text($0)?.bytes }
            let readable = try text.map { try AuditRecord.readable(attributes: $0) }
            try require(readable == text && text != nil, "\(shape) with \(values) is left out")
            let passes = try filter.matches(record, attributes: text ?? [])
            try require(
                !passes || sieve.asksForUser || sieve.asksForResource, "\(filter): \(shape), \(values)")
        }
    }

    private static func change(_ text: inout [UInt8], _ bytes: [UInt8], _ random: inout SplitMix64) {
        guard !text.isEmpty else { return text = [random.pick(bytes)] }
        let place = random.number(below: text.count)
        switch random.number(below: 3) {
        case 0: text[place] = random.pick(bytes)
        case 1: text.remove(at: place)
        default: text.insert(random.pick(bytes), at: place)
        }
    }

    @Test(arguments: [
        // What the values say besides, were they in the text.
        ("{\"a\":\"\u{0}\"}", ["x\",\"b\":\"y"]), ("{\"a\":\u{0}}", ["1,\"b\":\"y\""]),
        ("{\"a\":\u{0}}", ["\"x\""]), ("{\"a\":\"\u{0}\"}", ["\\u0079"]), ("{\"a\":\"\u{0}\"}", ["\u{1}"]),
        // No values of JSON, or too many or few of them.
        ("{\"a\":\u{0}}", ["01"]), ("{\"a\":\u{0}}", ["tru"]), ("{\"a\":\u{0}}", [""]),
        ("{\"a\":\u{0}}", []), ("{\"a\":\u{0}}", ["1", "2"]), ("{\"a\":\u{0}}", ["1."]),
        ("{\"a\":\u{0}}", ["-"]), ("{\"a\":\u{0}}", ["1e"]), ("{\"a\":\u{0}}", ["nullx"]),
        // No shapes.
        ("{\"a\":\"x\"}", []), ("{\"a\":1}", []), ("{\"a\u{0}\":1}", ["1"]),
        ("{\"a\":\u{0}\u{0}}", ["1", "2"]),
        ("{\"a\":\"x\u{0}\"}", ["1"]), ("{\"a\":\u{0},\"a\":\u{0}}", ["1", "2"]), ("[\u{0}]", ["1"]),
        ("", []),
    ])
    func `what is not understood is not left out`(_ shape: String, _ values: [String]) throws {
        var packed: [UInt8] = []
        for value in values {
            packed.append(length: value.utf8.count)
            packed += Array(value.utf8)
        }
        let sieve = try Self.sieve("b eq \"y\"")
        #expect(!Self.leavesOut(sieve, shape: Array(shape.utf8), values: packed))
        #expect(Self.leavesOut(sieve, Array("{\"a\":\"x\",\"b\":\"z\"}".utf8)))
    }

    @Test func `a filter of what no sieve looks at has none`() throws {
        for filter in ["auditId eq \"x\"", "timestamp ge \"2024-01-01T00:00:00Z\" or systemId sw \"a\""] {
            #expect(RecordSieve(try RecordFilter(Array(filter.utf8))) == nil)
        }
    }
}
