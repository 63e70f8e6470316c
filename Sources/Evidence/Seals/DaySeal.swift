package import AuditRecords
internal import JSONBytes

/// What was said of one system's records of one UTC day, once and for all: a leaf of the log of seals.
package struct DaySeal: Hashable, Sendable {
    /// Whose records.
    package let subject: SealedDay
    /// How many there were.
    package let count: Int
    /// The root of the tree over them (``RecordLeaves``), in the order of ``RecordKey``.
    package let root: TreeHash
    /// When this was said.
    package let sealed: Timestamp
    /// Unpredictable bytes: without them, who sees this leaf's hash in a proof of another one could try what it may say.
    package let salt: [UInt8]
    /// Which seal no longer holds, and why; nil for a day's first one.
    package let replaces: Replacement?
    /// What the day's records were deleted by, in words, when their time was over; nil where they were not. Such a seal is of no
    /// records and replaces the one of those that were there.
    package let removal: String?

    /// The bytes of a salt.
    package static let saltByteCount = 16
    /// The most bytes of ``removal``.
    package static let mostRemovalBytes = 1024

    /// A seal that takes another one's place, and what has become of the day's records since.
    package struct Replacement: Hashable, Sendable {
        /// The index in the log of the seal that no longer holds.
        package let seal: Int
        /// What differs.
        package let difference: DayDifference.Counts

        /// A replacement of its parts.
        package init(seal: Int, difference: DayDifference.Counts) {
            (self.seal, self.difference) = (seal, difference)
        }
    }

    /// A seal of its parts.
    package init(
        subject: SealedDay, count: Int, root: TreeHash, sealed: Timestamp, salt: [UInt8],
        replaces: Replacement?, removal: String? = nil
    ) {
        (self.subject, self.count, self.root) = (subject, count, root)
        (self.sealed, self.salt, self.replaces) = (sealed, salt, replaces)
        self.removal = removal
    }

    /// The seal of a day whose records are to be deleted, and replace this one of an index.
    package func removed(
        by words: String, at time: Timestamp, index: Int, salt: [UInt8], by hasher: TreeHasher
    ) -> DaySeal {
        DaySeal(
            subject: subject, count: 0, root: hasher.empty, sealed: time, salt: salt,
            replaces: Replacement(seal: index, difference: DayDifference.Counts(vanished: count)),
            removal: words)
    }

    /// One line of canonical JSON, without its end: the bytes that the log's leaf is of.
    package var line: [UInt8] {
        var line: [UInt8] = []
        line.append(json: "{\"count\":")
        line.append(decimal: count)
        line.append(json: ",\"day\":\"")
        line += subject.day.text
        line.append(json: "\"")
        if let removal {
            line.append(json: ",\"removal\":")
            line.append(jsonString: removal.utf8)
        }
        if let replaces {
            line.append(json: ",\"replaces\":")
            line += replaces.json
        }
        line.append(json: ",\"root\":\"")
        line += root.base64
        line.append(json: "\",\"salt\":\"")
        line += salt.base64
        line.append(json: "\",\"sealed\":\"")
        line += sealed.text
        line.append(json: "\",\"systemId\":")
        line.append(jsonString: subject.systemId.bytes)
        line.append(UInt8(ascii: "}"))
        return line
    }

    /// Reads a line. What is not spelt as ``line`` spells it is no seal.
    package init(line: [UInt8]) throws(NoteFault) {
        do throws(JSONFault) {
            self = try Self(SealMembers(line))
        } catch {
            throw NoteFault("is no seal: \(error)")
        }
        guard self.line == line else { throw NoteFault("is no seal as they are written") }
    }

    private init(_ members: SealMembers) throws(JSONFault) {
        let wrong = JSONFault(offset: 0, detail: "members are missing or wrong")
        guard let count = members.count, let day = members.day, let system = members.system,
            let root = members.root, let salt = members.salt, salt.count == Self.saltByteCount,
            let sealed = members.sealed
        else { throw wrong }
        if let removal = members.removal {
            guard count == 0, members.replaces != nil, removal.utf8.count <= Self.mostRemovalBytes else {
                throw wrong
            }
        }
        self.init(
            subject: SealedDay(systemId: system, day: day), count: count, root: root, sealed: sealed,
            salt: salt, replaces: members.replaces, removal: members.removal)
    }
}

/// One system's records of one UTC day.
package struct SealedDay: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The system.
    package let systemId: Identifier
    /// The day.
    package let day: Day

    /// A day of a system.
    package init(systemId: Identifier, day: Day) {
        (self.systemId, self.day) = (systemId, day)
    }

    /// The order of days, then of systems.
    package static func < (left: Self, right: Self) -> Bool {
        (left.day, left.systemId) < (right.day, right.systemId)
    }

    /// As people are told of it: `billing on 2026-11-20`.
    package var description: String { "\(systemId) on \(String(decoding: day.text, as: UTF8.self))" }
}

extension Day {
    /// `2026-11-20`.
    package var text: [UInt8] { Array(start.text(fractionDigits: 0).prefix(10)) }
}

extension DaySeal.Replacement {
    fileprivate var json: [UInt8] {
        var json: [UInt8] = []
        json.append(json: "{\"appeared\":")
        json.append(decimal: difference.appeared)
        json.append(json: ",\"changed\":")
        json.append(decimal: difference.changed)
        json.append(json: ",\"seal\":")
        json.append(decimal: seal)
        json.append(json: ",\"stretches\":")
        json.append(decimal: difference.stretches)
        json.append(json: ",\"vanished\":")
        json.append(decimal: difference.vanished)
        json.append(UInt8(ascii: "}"))
        return json
    }
}
