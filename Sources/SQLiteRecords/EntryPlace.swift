internal import AuditRecords

/// A place among the entries of one number in an index, as the file has it: before the entry of an instant and an id.
struct EntryPlace {
    let instant: StoredInstant
    /// Nil for a place before all entries of the instant.
    let auditId: StoredAuditId?

    init(_ instant: StoredInstant, _ auditId: StoredAuditId?) {
        (self.instant, self.auditId) = (instant, auditId)
    }

    /// Before all entries of a millisecond.
    init(milliseconds: Int64) {
        self.init(StoredInstant(milliseconds: milliseconds, nanoseconds: 0), nil)
    }

    /// A place among a system's records whose ids have a form, or one at an end of time for nil.
    init(_ place: StoredPlace?, else end: Int64, _ form: AuditIdForm) {
        guard let place else {
            self.init(milliseconds: end)
            return
        }
        let id = place.auditId
        // Where an instant begins, an id of any form comes behind the empty text.
        let stored = id.isEmpty ? nil : StoredAuditId(form: form, bytes: form.first(notBefore: id))
        self.init(StoredInstant(place.instant), stored)
    }

    /// Whether it lies between two milliseconds.
    var isWhole: Bool { instant.nanoseconds == 0 && auditId == nil }

    /// The least place behind the entry.
    var successor: EntryPlace {
        EntryPlace(instant, auditId.map { StoredAuditId(form: $0.form, bytes: $0.bytes + [0]) })
    }

    /// Whether a place comes before one between two milliseconds, or such a one before a place.
    static func < (left: EntryPlace, right: EntryPlace) -> Bool {
        left.instant < right.instant
            || left.instant == right.instant && left.auditId == nil && right.auditId != nil
    }
}

extension PreparedStatement {
    /// Gives `?1` the number that an index begins with, and `?2` to `?7` two places.
    func bind(_ owner: Int64, _ lower: EntryPlace, _ upper: EntryPlace) throws {
        try bind(owner, at: 1)
        try bind(lower, at: 2)
        try bind(upper, at: 5)
    }

    /// Gives three places from `?number` on a place.
    private func bind(_ place: EntryPlace, at number: Int32) throws {
        try bind(place.instant.milliseconds, at: number)
        try bind(place.instant.nanoseconds, at: number + 1)
        if let id = place.auditId { try bind(id, at: number + 2) } else { try bind([], at: number + 2) }
    }
}
