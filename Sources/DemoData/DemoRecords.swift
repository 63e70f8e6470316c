package import AuditRecords
internal import JSONBytes

/// Made-up records of a small organisation: a few busy users and many quiet ones, working hours, some
/// failures. The same for the same seed, everywhere.
package struct DemoRecords: IteratorProtocol, Sequence {
    private var random: SplitMix64
    private let start: Timestamp
    private let count: Int
    private var made = 0

    private static let days = 30
    private static let systems = [
        "billing", "identity", "storage", "deployments", "payroll", "support-desk", "data-warehouse",
    ]
    private static let actions = [
        ("Read", 40), ("List", 25), ("Update", 14), ("Create", 9), ("Login", 7), ("Delete", 3),
        ("ChangePolicy", 2),
    ]

    /// So many records of the 30 days up to and with `until`.
    package init(seed: UInt64, until: Day, count: Int) {
        random = SplitMix64(seed: seed)
        start = Day(daysSince1970: until.daysSince1970 - Self.days + 1).start
        self.count = count
    }

    /// The next record: one line of JSON with its end, in the order of time.
    package mutating func next() -> [UInt8]? {
        guard made < count else { return nil }
        // Evenly spread with some jitter, so that the order of time is the order of making.
        let slot = Double(Self.days * 86_400) / Double(count)
        let milliseconds = Int64((Double(made) + random.fraction()) * slot * 1000)
        let instant = start.advanced(
            bySeconds: milliseconds / 1000, nanoseconds: Int32(milliseconds % 1000) * 1_000_000)
        made += 1
        return line(at: instant)
    }

    private mutating func line(at instant: Timestamp) -> [UInt8] {
        let system = Self.systems[random.skewed(below: Self.systems.count)]
        let user = random.skewed(below: 40)
        let action = weightedAction()
        let kind = ["invoice", "bucket", "account", "report", "role"][random.below(5)]
        var line: [UInt8] = []
        func member(_ name: StaticString, _ value: String) {
            line.append(json: line.isEmpty ? "{\"" : ",\"")
            line.append(json: name)
            line.append(json: "\":")
            line.append(jsonString: value.utf8)
        }
        member("auditId", identifier())
        member("timestamp", String(decoding: instant.text, as: UTF8.self))
        member("systemId", system)
        member("userId", user == 7 ? "zoë@example.com" : "user-\(user)@example.com")
        member("resourceId", "\(system)/\(kind)/\(random.skewed(below: 200))")
        member("action", "\(action)\(kind.prefix(1).uppercased())\(kind.dropFirst())")
        member("outcome", random.below(20) == 0 ? "denied" : "success")
        member("sourceIp", "10.\(random.below(4)).\(random.below(256)).\(random.below(256))")
        line.append(json: ",\"details\":{\"durationMs\":")
        line.append(contentsOf: String(random.below(2000)).utf8)
        line.append(json: ",\"requestId\":")
        line.append(jsonString: String(random.next(), radix: 16).utf8)
        line.append(json: "}}\n")
        return line
    }

    private mutating func weightedAction() -> String {
        var rest = random.below(Self.actions.reduce(0) { $0 + $1.1 })
        for (action, weight) in Self.actions {
            if rest < weight { return action }
            rest -= weight
        }
        return "Read"
    }

    /// The form of a UUID of version 4.
    private mutating func identifier() -> String {
        let high = String(random.next() | 1 << 63, radix: 16)
        let low = String(random.next() | 1 << 63, radix: 16)
        let digits = Array(high + low)
        let parts = [
            digits[0..<8], digits[8..<12], ["4"] + digits[13..<16], ["a"] + digits[17..<20], digits[20..<32],
        ]
        return parts.map { String($0) }.joined(separator: "-")
    }
}
