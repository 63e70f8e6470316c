package import AuditRecords
package import LogFormats

/// What a load does where the store has a record of the same key.
package enum ConflictRule: Sendable {
    /// Replaces one of other content, and tells of it.
    case replace
    /// Refuses to.
    case refuse
    /// Does not look: faster where a look is a round trip, and nobody learns what was replaced.
    case unchecked
}

/// What a load meets that somebody has to know of.
package enum LoadEvent {
    /// A line, or a record of a page, that is left out.
    case refused(Refusal)
    /// Some bytes of a line that is left out, and too long to be held. After the last of them it is refused.
    case part([UInt8])
    /// A record that takes the place of another, or may not. Told before it is written.
    case conflict(RecordConflict)
    /// Something that says itself that it is no audit event, and what it is.
    case skipped(String)
}

/// A line that is left out, and why.
package struct Refusal: Sendable {
    /// Where it stands, or its event begins.
    package let line: SourceLine
    /// As it came, without its end; nil when it came in parts, or is not known any more.
    package let bytes: [UInt8]?
    /// All that is wrong with it, at least one thing, each for a person to read.
    package let faults: [String]

    /// A line, as it came if that is known, and all that is wrong with it.
    package init(line: SourceLine, bytes: [UInt8]?, faults: [String]) {
        (self.line, self.bytes, self.faults) = (line, bytes, faults)
    }
}

/// Two records of one key that say different things.
package struct RecordConflict: Sendable, Equatable {
    /// Where the one to load stands.
    package let line: SourceLine
    /// What both are called.
    package let key: RecordKey
    /// The digest of the one that is there (``AuditRecord/digest``); nil when it cannot be read.
    package let storedDigest: String?
    /// The digest of the one to load; nil when it says nothing for sure, which ``RecordRules`` let through nowhere.
    package let newDigest: String?
    /// Whether it takes the other's place.
    package let isReplacement: Bool

    /// Which record it is, and both digests.
    package var detail: String {
        let (system, audit) = (String(reflecting: "\(key.systemId)"), String(reflecting: "\(key.auditId)"))
        let time = String(decoding: key.timestamp, as: UTF8.self)
        return "systemId \(system), timestamp \(time), auditId \(audit): SHA-256 "
            + "\(storedDigest ?? "of what cannot be read") is there, \(newDigest ?? "of what cannot be read") is to be loaded"
    }
}

/// What has become of records so far.
package struct LoadCounts: Sendable, Equatable {
    /// Stored where there was none.
    package var new = 0
    /// There already, and left as they are.
    package var equal = 0
    /// Stored in the place of others.
    package var replaced = 0
    /// Stored without a look at what was there.
    package var unchecked = 0
    /// Left out, with lines that are no records.
    package var refused = 0
    /// No audit events, as they say themselves.
    package var skipped = 0

    /// Nothing yet.
    package init() {}

    /// Those that the store has now.
    package var stored: Int { new + equal + replaced + unchecked }

    /// Counts records that change the same.
    mutating func count(_ change: RecordChange, _ number: Int = 1) {
        switch change {
        case .new: new += number
        case .equal: equal += number
        case .conflict: replaced += number
        case .unchecked: unchecked += number
        }
    }

    /// Counts others with these.
    static func += (left: inout LoadCounts, right: LoadCounts) {
        left.new += right.new
        left.equal += right.equal
        left.replaced += right.replaced
        left.unchecked += right.unchecked
        left.refused += right.refused
        left.skipped += right.skipped
    }
}
