package import AuditRecords
package import AuditStores
package import DemoData
import TestSupport

/// Counts in groups the slowest and plainest way: a tree of each record, and texts for what groups have in common.
package enum ReferenceCount {
    /// Of each group its records, and of all of them how many there are.
    package typealias Found = (count: Int, groups: [[String]: Int])

    /// None to two keys, as they are asked for.
    package static func names(_ random: inout SplitMix64) -> [String] {
        let names = [
            "hour", "day", "month", "systemId", "userId", "resourceId", "auditId", "n", "t", "details.any",
            "action", "none", "\"e\\u0301\"",
        ]
        let first = random.pick(names)
        let second = random.pick(names.filter { $0 != first })
        return Array([first, second].prefix(random.number(below: 3)))
    }

    package static func groups(of records: [AuditRecord], by names: [String]) throws -> Found {
        var groups: [[String]: Int] = [:]
        for record in records {
            let values = try GroupKey.normalized(names.map { try GroupKey(Array($0.utf8)) }).map {
                try Self.values(of: record, $0)
            }
            switch values.count {
            case 0: break
            case 1: for value in values[0] { groups[[value], default: 0] += 1 }
            default:
                for first in values[0] {
                    for second in values[1] { groups[[first, second], default: 0] += 1 }
                }
            }
        }
        return (records.count, groups)
    }

    /// The same of what was counted. Two groups that are one by the numbers' values would be one here too.
    package static func groups(of tally: Tally) -> [[String]: Int] {
        var groups: [[String]: Int] = [:]
        for (group, count) in tally.groups {
            let name = group.values.map { value in
                if case .number(let number) = value { return "n" + LongNumber(number.description).text }
                if case .text = value { return text(value.name) }
                if case .time = value { return "s" + String(decoding: value.name, as: UTF8.self) }
                return "w" + String(decoding: value.name, as: UTF8.self)
            }
            // Nothing is there twice.
            groups[name] = groups[name] == nil ? count : -1
        }
        return groups
    }

    private static func values(of record: AuditRecord, _ key: GroupKey) throws -> Set<String> {
        let time = String(decoding: record.key.instant.text, as: UTF8.self)
        switch key {
        case .time(.hour): return ["s" + time.prefix(13)]
        case .time(.day): return ["s" + time.prefix(10)]
        case .time(.month): return ["s" + time.prefix(7)]
        case .auditId: return [text(record.key.auditId.bytes)]
        case .systemId: return [text(record.key.systemId.bytes)]
        case .userId: return [text(record.userId.bytes)]
        case .resourceId: return [text(record.resourceId.bytes)]
        case .attribute(let path):
            let names = path.names.map(\.description)
            let scalars = try Tree(json: record.attributes).values(at: names[...]).compactMap(text)
            return scalars.isEmpty ? ["wnull"] : Set(scalars)
        }
    }

    private static func text(_ value: Tree) -> String? {
        switch value {
        case .null, .object, .array: nil
        case .boolean(let value): "w\(value)"
        case .number(let text): "n" + LongNumber(text).text
        case .string(let bytes): text(bytes)
        }
    }

    /// A text, each code point by itself: `String` calls two spellings of one character equal.
    private static func text(_ bytes: [UInt8]) -> String {
        "s" + String(decoding: bytes, as: UTF8.self).unicodeScalars.map { $0.escaped(asASCII: true) }.joined()
    }
}

extension Paging {
    /// All parts of a count, added up.
    package func tally(of query: RecordQuery, by names: [String]) throws -> Tally {
        var next = CountQuery(query, by: try names.map { try GroupKey(Array($0.utf8)) })
        var tally = Tally(by: next.by)
        for _ in 0..<10_000 {
            let (budget, now) = budget()
            let part = try PageReader(store: store, memory: memory, now: now).part(
                of: next, scope: scope, budget: budget)
            tally.add(part.tally)
            guard let resume = part.resume else {
                try require(part.stop == .end, "a count without a place behind it ends with \(part.stop)")
                return tally
            }
            try require(part.stop == .budget || part.stop == .size, "a count ends with \(part.stop)")
            try require(
                next.records.after.map { query.order.areInOrder($0, resume) } ?? true,
                "the part after \(next.records.after as Any) ends at \(resume), which is no step further")
            next.records.after = resume
        }
        throw Falsified(description: "no end after 10,000 parts")
    }
}
