internal import LogFormats
package import AuditRecords
package import Threads
package import AuditStores
package import DemoData
package import Loading
import TestSupport

/// Writes records as the lines of a file to load, each member spelt in one of the ways that JSON and RFC 3339 allow.
package struct RecordLines {
    package var random: SplitMix64

    /// The lines, with an end each.
    package mutating func text(_ records: [AuditRecord]) -> [UInt8] {
        var text: [UInt8] = []
        for record in records { text += line(record) + Array((random.once(in: 8) ? "\r\n" : "\n").utf8) }
        return text
    }

    private mutating func line(_ record: AuditRecord) -> [UInt8] {
        var members = [
            ("auditId", string(record.key.auditId)),
            ("timestamp", Array("\"\(timestamp(record.key.instant))\"".utf8)),
            ("systemId", string(record.key.systemId)), ("userId", string(record.userId)),
            ("resourceId", string(record.resourceId)),
        ].map { name, value in Array("\"\(name)\"\(random.once(in: 4) ? " :\t" : ":")".utf8) + value }
        members.shuffle(using: &random)
        // Attributes keep their order among themselves.
        let attributes = record.attributes.dropFirst().dropLast()
        if !attributes.isEmpty { members.insert(Array(attributes), at: random.number(below: members.count)) }
        return Array("{".utf8) + Array(members.joined(separator: Array(", ".utf8))) + Array("}".utf8)
    }

    private mutating func string(_ identifier: Identifier) -> [UInt8] {
        var text = "\""
        for scalar in identifier.description.unicodeScalars {
            if scalar == "\"" || scalar == "\\" || random.once(in: 4) {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: random.once(in: 2))
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return Array((text + "\"").utf8)
    }

    /// One of the spellings of an instant: any offset, and at least the fraction digits that it needs.
    private mutating func timestamp(_ instant: Timestamp) -> String {
        let minutes = random.once(in: 2) ? 0 : random.number(in: -600...600)
        let local = instant.advanced(bySeconds: Int64(minutes) * 60)
        guard minutes != 0, local >= .startOfTime, local < .endOfTime else {
            return String(decoding: spelling(instant), as: UTF8.self)
        }
        let size = abs(minutes)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let offset = "\(minutes < 0 ? "-" : "+")\(two(size / 60)):\(two(size % 60))"
        return String(decoding: spelling(local).dropLast(), as: UTF8.self) + offset
    }

    private mutating func spelling(_ instant: Timestamp) -> [UInt8] {
        let needed = (0...9).first { digits in
            var unit: Int32 = 1
            for _ in digits..<9 { unit *= 10 }
            return instant.nanoseconds % unit == 0
        }
        return instant.text(fractionDigits: random.number(in: (needed ?? 9)...9))
    }
}

extension RecordStore {
    /// Loads records as `audit-query load` does: as lines, cut into chunks at random.
    package func load(_ records: [AuditRecord], _ random: inout SplitMix64) throws {
        var lines = RecordLines(random: random.fork())
        var splitter = LineSplitter()
        var bad: [String] = []
        var loader = RecordLoader(store: self) { line, reason in bad.append("line \(line): \(reason)") }
        var rest = lines.text(records)[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(random.number(in: 1...4096))
            rest = rest.dropFirst(chunk.count)
            try splitter.take(chunk) { line throws(StoreError) in try loader.take(line) }
        }
        try splitter.end { line throws(StoreError) in try loader.take(line) }
        try loader.flush()
        try require(bad.isEmpty, bad.joined(separator: "\n"))
    }
}

extension RecordLoader {
    /// A loader of which only refused lines are looked at: their numbers, and all that is wrong with each.
    package init(
        store: any RecordStore, pacer: Pacer? = nil, conflicts: ConflictRule = .replace,
        onBadLine: @escaping (_ line: Int, _ reason: String) -> Void
    ) {
        self.init(store: store, pacer: pacer, conflicts: conflicts) { event throws(StoreError) in
            guard case .refused(let refusal) = event else { return }
            onBadLine(refusal.line.number, refusal.faults.joined(separator: "; "))
        }
    }

    package var storedCount: Int { counts.stored }
    package var badCount: Int { counts.refused }
}
