import AuditRecords
import Evidence

/// What was deleted, or would be, and what stays: as people and programs are told of it.
struct RetentionReport: Encodable {
    /// The first day that stays.
    let before: String
    /// Whether it was done, and not only told.
    let done: Bool
    private(set) var deleted: [Stretch] = []
    /// Days that stay, the first of them, and how many there are.
    private(set) var kept: [Kept] = []
    private(set) var keptDays = 0
    /// Whether a day stays, or a record, that no hold keeps.
    private(set) var isPartial = false
    /// Whether the store could not tell which days it has, so that only those were looked at that are sealed.
    var onlySealedDays = false

    private static let mostKept = 1000

    /// Days of a system.
    struct Stretch: Encodable {
        let systemId: String
        let from: String
        fileprivate(set) var to: String
        fileprivate(set) var days: Int
        fileprivate(set) var records: Int
    }

    /// A day that stays.
    struct Kept: Encodable {
        let systemId: String
        let day: String
        /// `held`, `unsealed`, `differs`, `appeared` or `left`.
        let reason: String
        let detail: String
        /// What holds it.
        var hold: String?
    }

    init(before: Day, done: Bool) {
        (self.before, self.done) = (Self.text(before), done)
    }

    mutating func note(_ event: RetentionEvent) {
        switch event {
        case .deleted(_, 0): break
        case .deleted(let subject, let count): note(subject, count)
        case .kept(let subject, let reason): note(subject, reason)
        case .left(let subject, let count):
            keep(
                subject, "left",
                "\(counted(count, "record")) stayed: they came meanwhile, or are others than were sealed")
        }
    }

    private mutating func note(_ subject: SealedDay, _ count: Int) {
        let (system, day) = (subject.systemId.description, Self.text(subject.day))
        if let last = deleted.indices.last, deleted[last].systemId == system {
            deleted[last].to = day
            deleted[last].days += 1
            deleted[last].records += count
        } else {
            deleted.append(Stretch(systemId: system, from: day, to: day, days: 1, records: count))
        }
    }

    private mutating func note(_ subject: SealedDay, _ reason: KeptReason) {
        switch reason {
        case .held(let hold):
            keep(subject, "held", "held by \(hold.id): \(hold.reason)", hold: hold.id)
        case .unsealed: keep(subject, "unsealed", "not sealed: `audit-query seal` first")
        case .differs(let difference):
            let counts = difference.counts
            keep(
                subject, "differs",
                "not as it was sealed (appeared \(counts.appeared), vanished \(counts.vanished), changed \(counts.changed), "
                    + "other parts \(counts.stretches)): see `audit-query verify`")
        case .appeared(let count):
            keep(
                subject, "appeared",
                "deleted before, and \(counted(count, "record")) there are others: seal them by `audit-query seal days --again`, "
                    + "and delete them then")
        }
    }

    private mutating func keep(_ subject: SealedDay, _ reason: String, _ detail: String, hold: String? = nil)
    {
        keptDays += 1
        if hold == nil { isPartial = true }
        guard kept.count < Self.mostKept else { return }
        kept.append(
            Kept(
                systemId: subject.systemId.description, day: Self.text(subject.day), reason: reason,
                detail: detail, hold: hold))
    }

    private static func text(_ day: Day) -> String { String(decoding: day.text, as: UTF8.self) }

    /// For people.
    var lines: [String] {
        let verb = done ? "deleted" : "would delete"
        var lines = deleted.map { each in
            "\(verb): \(each.systemId.printable), \(counted(each.days, "day")) from \(each.from) to \(each.to), "
                + counted(each.records, "record")
        }
        lines += kept.prefix(20).map { "kept: \($0.systemId.printable) on \($0.day): \($0.detail.printable)" }
        if keptDays > 20 {
            lines.append("kept: and \(counted(keptDays - 20, "day")) more (--json names 1000)")
        }
        if lines.isEmpty {
            lines.append(
                onlySealedDays
                    ? "No sealed day is older than \(before). Which other days have records this store cannot tell: `audit-query seal "
                        + "days --from` the first of them seals them."
                    : "No record is older than \(before).")
        }
        if !done, !deleted.isEmpty { lines.append("Nothing was deleted: say --delete to delete it.") }
        return lines
    }
}
