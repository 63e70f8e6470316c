package import AuditRecords

/// Where a record stands in its day of its system.
package struct DayPlace: Hashable, Sendable, Comparable {
    /// When it happened.
    package let instant: Timestamp
    /// Its own id.
    package let auditId: Identifier

    /// A place of its parts.
    package init(instant: Timestamp, auditId: Identifier) {
        (self.instant, self.auditId) = (instant, auditId)
    }

    /// The place of a key.
    package init(_ key: RecordKey) {
        self.init(instant: key.instant, auditId: key.auditId)
    }

    /// The order of records.
    package static func < (left: Self, right: Self) -> Bool {
        (left.instant, left.auditId) < (right.instant, right.auditId)
    }
}

/// What has become of a sealed day's records.
package struct DayDifference: Hashable, Sendable {
    /// How many records are another way. Where records were sealed in stretches, no record of those can be named.
    package struct Counts: Hashable, Sendable {
        /// Records that are there, and were not sealed.
        package var appeared = 0
        /// Records that were sealed, and are not there.
        package var vanished = 0
        /// Records that say something else.
        package var changed = 0
        /// Stretches of time whose records are others.
        package var stretches = 0

        /// Counts of each.
        package init(appeared: Int = 0, vanished: Int = 0, changed: Int = 0, stretches: Int = 0) {
            (self.appeared, self.vanished) = (appeared, vanished)
            (self.changed, self.stretches) = (changed, stretches)
        }

        /// Whether nothing that was sealed has been touched for sure: records came late.
        package var isOnlyLate: Bool { appeared > 0 && vanished == 0 && changed == 0 && stretches == 0 }
    }

    /// One record that differs, or one stretch.
    package enum Part: Hashable, Sendable {
        /// It was not sealed.
        case appeared(DayPlace)
        /// It was sealed, and is not there.
        case vanished(DayPlace)
        /// It says something else than it did.
        case changed(DayPlace)
        /// From one place on, to before another or the day's end, other records are there than were sealed: so many, and so many.
        case stretch(from: DayPlace, before: DayPlace?, sealed: Int, found: Int)
        /// Of the day no more is known than its seal: so many records were sealed, and others, so many, are there.
        case day(sealed: Int, found: Int)
    }

    /// How many.
    package private(set) var counts = Counts()
    /// Which ones: the first ``mostParts`` of them.
    package private(set) var parts: [Part] = []

    /// The stretches of which fewer records are there than were sealed.
    private var shrunkStretches = 0

    /// The most that are named.
    package static let mostParts = 1000

    /// Nothing yet.
    package init() {}

    /// Of a day of which no more is known than how many records were sealed, and are there.
    package static func day(sealed: Int, found: Int) -> DayDifference {
        var difference = DayDifference()
        difference.note(.day(sealed: sealed, found: found))
        return difference
    }

    /// Whether records have gone, and for sure nothing else: neither one more nor one that says something else. Of stretches it is
    /// told from their numbers.
    package var isOnlyGone: Bool {
        counts.appeared == 0 && counts.changed == 0 && counts.stretches <= shrunkStretches
    }

    mutating func note(_ part: Part) {
        switch part {
        case .appeared: counts.appeared += 1
        case .vanished: counts.vanished += 1
        case .changed: counts.changed += 1
        case .stretch, .day: counts.stretches += 1
        }
        if case .stretch(_, _, let sealed, let found) = part, found < sealed { shrunkStretches += 1 }
        if parts.count < Self.mostParts { parts.append(part) }
    }
}
