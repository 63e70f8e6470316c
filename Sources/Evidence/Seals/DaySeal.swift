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

    /// The bytes of a salt.
    package static let saltByteCount = 16

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
        replaces: Replacement?
    ) {
        (self.subject, self.count, self.root) = (subject, count, root)
        (self.sealed, self.salt, self.replaces) = (sealed, salt, replaces)
    }

    /// One line of canonical JSON, without its end: the bytes that the log's leaf is of.
    package var line: [UInt8] {
        var line: [UInt8] = []
        line.append(json: "{\"count\":")
        line.append(decimal: count)
        line.append(json: ",\"day\":\"")
        line += subject.day.text
        line.append(json: "\"")
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
        self.init(
            subject: SealedDay(systemId: system, day: day), count: count, root: root, sealed: sealed,
            salt: salt, replaces: members.replaces)
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

/// The members of a seal's line.
private struct SealMembers {
    var count: Int?
    var day: Day?
    var root: TreeHash?
    var salt: [UInt8]?
    var sealed: Timestamp?
    var system: Identifier?
    var replaces: DaySeal.Replacement?

    init(_ line: [UInt8]) throws(JSONFault) {
        var cursor = try JSONCursor(line)
        var members = Self()
        try cursor.envelope { cursor, name throws(JSONFault) in try members.read(name, from: &cursor) }
        try cursor.end()
        self = members
    }

    private init() {}

    private mutating func read(_ name: [UInt8], from cursor: inout JSONCursor) throws(JSONFault) {
        switch String(decoding: name, as: UTF8.self) {
        case "count": count = try cursor.wholeNumber()
        case "replaces": replaces = try Self.replacement(&cursor)
        case "day": day = try? Day.parse(cursor.text(cursor.string()))
        case "root": root = TreeHash(base64: try cursor.text(cursor.string()))
        case "salt": salt = [UInt8](base64: try cursor.text(cursor.string()))
        case "sealed": sealed = try? Timestamp.parse(cursor.text(cursor.string())).instant
        case "systemId": system = Identifier(try cursor.text(cursor.string()))
        default: throw cursor.fault("no such member")
        }
    }

    private static func replacement(_ cursor: inout JSONCursor) throws(JSONFault)
        -> DaySeal.Replacement
    {
        var numbers: [String: Int] = [:]
        try cursor.envelope { cursor, name throws(JSONFault) in
            numbers[String(decoding: name, as: UTF8.self)] = try cursor.wholeNumber()
        }
        let difference = DayDifference.Counts(
            appeared: numbers["appeared"] ?? 0, vanished: numbers["vanished"] ?? 0,
            changed: numbers["changed"] ?? 0, stretches: numbers["stretches"] ?? 0)
        guard let seal = numbers["seal"] else { throw cursor.fault("seal is missing") }
        return DaySeal.Replacement(seal: seal, difference: difference)
    }
}
