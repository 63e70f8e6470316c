internal import AuditRecords
internal import JSONBytes

/// The members of a seal's line.
struct SealMembers {
    var count: Int?
    var day: Day?
    var root: TreeHash?
    var salt: [UInt8]?
    var sealed: Timestamp?
    var system: Identifier?
    var replaces: DaySeal.Replacement?
    var removal: String?

    init(_ line: [UInt8]) throws(JSONFault) {
        var members = Self()
        try JSONCursor.envelope(of: line) { cursor, name throws(JSONFault) in
            try members.read(name, from: &cursor)
        }
        self = members
    }

    private init() {}

    private mutating func read(_ name: [UInt8], from cursor: inout JSONCursor) throws(JSONFault) {
        switch String(decoding: name, as: UTF8.self) {
        case "count": count = try cursor.wholeNumber()
        case "removal": removal = String(decoding: try cursor.text(cursor.string()), as: UTF8.self)
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
