import AuditRecords
import AuditStores

/// How a question was answered, as `--explain` shows it. Made of what the code that answers has noted, and of nothing else.
struct QuestionExplanation: Encodable {
    /// How the store was asked, as far as only bounds differ.
    struct Read: Encodable {
        let index: String
        let bounds: String
        /// Those of the last read, where they are others.
        let lastBounds: String?
        /// What the store itself held records against; nil for nothing.
        let condition: String?
        let reads, merged, looked, passed, bytes: Int
    }

    let store: String
    /// The ids that are asked for; empty where none is.
    let ids: String
    let from, before: String?
    let order: String
    let filter, search: String?
    /// The partitions that were to be read, and the first of them; 0 where no records were.
    let partitions: Int
    let firstPartition: String?
    let reads: [Read]
    /// Records that filter and search were held against, above the store.
    let filtered: Int
    let records, pages: Int
    let stopReason: String?
    let requests: Int
    let capacityUnits: Double
    let region: String?
    let seconds: Double

    /// What was noted while a question was answered.
    init(_ query: RecordQuery, _ read: TracedRead, store: String, took time: Duration) {
        self.store = store
        ids =
            Restriction(
                userId: query.userId, systemId: query.systemId, resourceId: query.resourceId, scope: .all
            ).words
        from = query.range.start.map(Self.text)
        before = query.range.end.map(Self.text)
        order = query.order == .ascending ? "oldest first" : "newest first"
        filter = query.filter?.description
        search = query.search?.description
        partitions = read.plan?.steps.count ?? 0
        firstPartition = read.plan?.steps.first?.partition.words
        reads = read.groups.map(Read.init)
        filtered = read.looked
        (records, pages) = (read.kept, read.pages)
        stopReason = read.stop?.rawValue
        (requests, capacityUnits, region) = (
            read.usage.requests, read.usage.capacityUnits, read.usage.region
        )
        seconds = time / .seconds(1)
    }

    private static func text(_ instant: Timestamp) -> String { String(decoding: instant.text, as: UTF8.self) }

    /// The same for a person.
    var lines: [String] {
        let time = (from.map { ", from \($0)" } ?? "") + (before.map { ", before \($0)" } ?? "")
        var lines = ["Store: \(store)", "Asked: \(ids.isEmpty ? "all systems" : ids)\(time), \(order)"]
        if let filter { lines.append("Filter: \(filter)") }
        if let search { lines.append("Search: \(search)") }
        if let firstPartition {
            lines.append("Plan: \(counted(partitions, "partition")), the first \(firstPartition)")
        } else {
            lines.append("Plan: an index counts, no record is read")
        }
        for read in reads { lines += read.lines }
        if filter != nil || search != nil {
            lines.append("Above the store: held against \(counted(filtered, "record"))")
        }
        let end = stopReason.map { ", ended by \($0)" } ?? ""
        lines.append("Answer: \(counted(records, "record")), \(counted(pages, "page"))\(end)")
        if requests > 0 {
            lines.append(
                "Cost: \(counted(requests, "request")), \(capacityUnits) capacity units\(region.map { ", \($0)" } ?? "")"
            )
        }
        lines.append("Time: \((seconds * 1000).rounded() / 1000) s")
        return lines.map(\.printable)
    }

    /// Answers a question and prints how.
    static func print(
        _ query: RecordQuery, in store: ConfiguredStore, json: Bool, _ answer: (ReadTrace) throws -> Void
    ) throws {
        let (trace, start) = (ReadTrace(), ContinuousClock.now)
        try answer(trace)
        let explanation = QuestionExplanation(query, trace.read, store: store.name, took: .now - start)
        guard json else { return try Console.output(explanation.lines.joined(separator: "\n")) }
        let text = try Console.json(explanation)
        try Console.output(Console.isOutputTerminal ? text.visibleJSON : text)
    }
}

extension QuestionExplanation.Read {
    fileprivate init(_ group: TracedRead.Group) {
        index = group.first.index
        bounds = group.first.bounds
        lastBounds = group.last.bounds == bounds ? nil : group.last.bounds
        condition = group.first.condition
        reads = group.count
        merged = group.cost.merged
        looked = group.cost.looked
        passed = group.cost.passed
        bytes = group.cost.bytes
    }

    fileprivate var lines: [String] {
        var lines = ["Index: \(index)", "  bounds: \(bounds)"]
        if let lastBounds { lines.append("  to: \(lastBounds)") }
        if let condition { lines.append("  held against: \(condition)") }
        lines.append("  \(counted(reads, "read")), \(merged) merged at most")
        lines.append(
            "  looked at \(counted(looked, "row")), passed on \(counted(passed, "record")) of \(counted(bytes, "byte"))"
        )
        return lines
    }
}
