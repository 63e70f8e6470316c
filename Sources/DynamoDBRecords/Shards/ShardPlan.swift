package import AuditRecords
internal import Gzip

/// Over how many partitions of the table the records of a system's day are spread
/// ([decision 105](docs/decisions/0105-a-hot-systems-days-are-spread.md)).
///
/// A record's partition is decided by its key alone and by what the plan says of its day, which never changes once that day is near.
/// So a record that is written again is where it was.
package struct ShardPlan: Hashable, Sendable {
    /// From a day on, the days of a system, or of all that have no entry of their own by then, have so many partitions.
    package struct Entry: Hashable, Sendable {
        /// Nil for all systems.
        package let system: Identifier?
        /// The first day that it is for.
        package let since: Day
        /// 1 where a day is one partition, as it is without a plan.
        package let count: Int

        /// An entry of its parts.
        package init(system: Identifier? = nil, since: Day, count: Int) {
            self.system = system
            self.since = since
            self.count = count
        }
    }

    /// What an entry is known by: there is one for each system and day.
    private struct Name: Hashable {
        let system: Identifier?
        let since: Day
    }

    /// How many partitions a day may have: each of them is a Query of every page.
    package static let counts = 1...16
    /// The most entries. Each is looked at for each read.
    package static let mostEntries = 100

    private var counts: [Name: Int] = [:]
    /// The entries' first days, the last one first.
    private var days: [Identifier?: [Day]] = [:]
    /// Days behind it are not spread; nil where all are as the entries say.
    private var lastDay: Day?

    /// A plan of entries; of two for one system and day, the later.
    package init(_ entries: [Entry] = []) {
        for entry in entries { set(entry) }
    }

    /// Whether every day is one partition.
    package var isEmpty: Bool { counts.isEmpty }

    /// The entries: those for all systems first, then by system, each by day.
    package var entries: [Entry] {
        counts.map { Entry(system: $0.system, since: $0.since, count: $1) }.sorted { left, right in
            left.system == right.system
                ? left.since < right.since
                : (left.system?.bytes ?? []).lexicographicallyPrecedes(right.system?.bytes ?? [])
        }
    }

    /// Puts an entry in the place of one for the same system and day.
    package mutating func set(_ entry: Entry) {
        let isNew =
            counts.updateValue(entry.count, forKey: Name(system: entry.system, since: entry.since)) == nil
        guard isNew else { return }
        days[entry.system, default: []].append(entry.since)
        days[entry.system]?.sort(by: >)
    }

    /// What it says for exactly this system and day; nil where it has no such entry.
    package func entry(for system: Identifier?, since day: Day) -> Entry? {
        counts[Name(system: system, since: day)].map { Entry(system: system, since: day, count: $0) }
    }

    /// How many partitions a system's day has.
    package func count(of system: Identifier, on day: Day) -> Int {
        guard !counts.isEmpty, lastDay.map({ day <= $0 }) ?? true else { return 1 }
        return count(for: system, on: day) ?? count(for: nil, on: day) ?? 1
    }

    private func count(for system: Identifier?, on day: Day) -> Int? {
        guard let since = days[system]?.first(where: { $0 <= day }) else { return nil }
        return counts[Name(system: system, since: since)]
    }

    /// The plan by which is written at a time: a day is spread once it has begun. What is dated ahead goes where everybody looks, whatever
    /// becomes of the plan of its day until then.
    func begun(by now: Timestamp) -> ShardPlan {
        var plan = self
        plan.lastDay = now.day
        return plan
    }

    /// In which of a spread day's partitions a record is written; nil where the day is not spread.
    ///
    /// The CRC-32 (IEEE 802.3) of its SK as it is written, modulo their number: every language has it, and it needs no more than what
    /// a record is known by.
    func shard(of key: RecordKey) -> Int? {
        let count = count(of: key.systemId, on: key.instant.day)
        guard count > 1 else { return nil }
        return Int(Gzip.checksum(SortKey.text(key)) % UInt32(count))
    }

    /// The partitions in which a system's day may have records, each once: the shards, and behind them the one without a number, where
    /// whoever knows no shards writes, and where a record was written before the plan had its day.
    func partitions(of system: Identifier, on day: Day) -> [Int?] {
        let count = count(of: system, on: day)
        return count > 1 ? (0..<count).map { $0 } + [nil] : [nil]
    }
}

extension ShardPlan.Entry {
    /// Reads `2027-01-01=8`, or `billing#2027-01-01=8` for one system.
    ///
    /// - Throws: what is wrong with it, to be read behind the text.
    package init(_ text: [UInt8]) throws(ShardPlanFault) {
        guard let sign = text.lastIndex(of: UInt8(ascii: "=")),
            let count = Int(String(decoding: text[(sign + 1)...], as: UTF8.self))
        else { throw ShardPlanFault("does not end with = and a number of partitions") }
        guard ShardPlan.counts.contains(count) else {
            throw ShardPlanFault(
                "says \(count) partitions a day, and \(ShardPlan.counts.lowerBound) to \(ShardPlan.counts.upperBound) can be read as one"
            )
        }
        let name = Array(text[..<sign])
        if let day = try? Day.parse(name) {
            self.init(since: day, count: count)
            return
        }
        guard let (system, day, shard) = try? SystemDay.parse(name[...]), shard == nil else {
            throw ShardPlanFault("does not begin with a day (2027-01-01), or a system, # and a day")
        }
        if let fault = system.fault { throw ShardPlanFault("names a system that \(fault)") }
        self.init(system: system, since: day, count: count)
    }

    /// As it is read.
    package var text: [UInt8] {
        let day = SystemDay.text(of: since)
        return (system.map { $0.bytes + [UInt8(ascii: "#")] } ?? []) + day + Array("=\(count)".utf8)
    }
}

extension ShardPlan: CustomStringConvertible {
    /// Its entries, for a person.
    package var description: String {
        entries.map { String(decoding: $0.text, as: UTF8.self) }.joined(separator: ", ")
    }
}

/// What is wrong with an entry of a plan.
package struct ShardPlanFault: Error, CustomStringConvertible {
    /// What a person reads behind its text.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
