import AuditRecords
import DemoData
import TestSupport
import Testing
@testable import LogFormats
@testable import StoreConformance

/// Filters about what stands in real records, held against the plain evaluator.
@Suite struct RealRecordFilterTests {
    /// A value that stands in a record, and where: what is within arrays has the path of what is without.
    private struct Leaf {
        let path: [String]
        let value: Tree
    }

    @Test func `filters about real records find what the plain evaluator finds`() throws {
        let records = try Sample.all(of: LogFormat.all.map(\.name)).flatMap { try Self.records($0) }
        try #require(records.count > 400)
        forAll(cases: 60) { random in
            let leaves = Self.leaves(random.pick(records).tree)
            guard !leaves.isEmpty else { return }
            let parts = (0..<random.number(in: 1...3)).map { _ in
                Self.comparison(random.pick(leaves), &random)
            }
            let reference = random.pick([.all(parts), .any(parts), .not(.any(parts))] as [ReferenceFilter])
            var source = RandomFilters(random: random.fork())
            let text = source.text(parts.count == 1 ? parts[0] : reference)
            let filter = try RecordFilter(Array(text.utf8))
            for (record, tree) in records {
                try require(
                    try filter.matches(record, attributes: record.attributes)
                        == (parts.count == 1 ? parts[0] : reference).holds(record, tree),
                    "\(text)\nof \(String(decoding: record.attributes, as: UTF8.self))")
            }
        }
    }

    private static func records(_ sample: Sample) throws -> [(record: AuditRecord, tree: Tree)] {
        guard let format = LogFormat.named(sample.format) else { throw Failure("no format \(sample.format)") }
        var reader = format.reader(FormatOptions())
        return try (reader.take(sample.bytes[...]) + reader.end()).compactMap { reading in
            guard case .record(let record, _) = reading else { return nil }
            return (record, try Tree(json: record.attributes))
        }
    }

    private static func leaves(_ tree: Tree, at path: [String] = []) -> [Leaf] {
        switch tree {
        case .object(let members):
            members.flatMap { leaves($0.value, at: path + [String(decoding: $0.name, as: UTF8.self)]) }
        case .array(let elements): elements.flatMap { leaves($0, at: path) }
        // A record's own time is compared as one.
        default: path.first == "timestamp" || path.count > 8 ? [] : [Leaf(path: path, value: tree)]
        }
    }

    private static func comparison(_ leaf: Leaf, _ random: inout SplitMix64) -> ReferenceFilter {
        switch leaf.value {
        case .string(let text):
            let name = random.pick(["eq", "ne", "gt", "le", "co", "sw", "ew"])
            let part = String(decoding: text, as: UTF8.self).dropFirst(random.number(below: 4))
            return .compare(leaf.path, name, .string(Array(part.prefix(random.number(in: 1...40)).utf8)))
        case .number(let number):
            return .compare(leaf.path, random.pick(["eq", "ne", "gt", "le", "lt", "ge"]), .number(number))
        case .boolean(let value):
            return .compare(leaf.path, random.pick(["eq", "ne"]), .boolean(value))
        default: return random.once(in: 2) ? .present(leaf.path) : .compare(leaf.path, "eq", .null)
        }
    }
}
