import Foundation
import TestSupport

/// A record as the brute-force model sees it: read by Foundation, compared by text and bytes alone, with
/// nothing of the program under test.
struct ModelRecord: Sendable {
    let auditId, systemId, userId, resourceId: String
    /// UTC with nine fraction digits, so that the order of its bytes is the order of time.
    let instant: String
    let attributes: JSONValue

    /// From one line of a file to load, whose timestamp must be in UTC.
    init(line: String) throws {
        let json = try JSONValue(Data(line.utf8))
        func text(_ name: String) throws -> String {
            guard let text = json[name].string else {
                throw Failure("\(name) is missing in \(line.prefix(200))")
            }
            return text
        }
        auditId = try text("auditId")
        systemId = try text("systemId")
        userId = try text("userId")
        resourceId = try text("resourceId")
        instant = try Self.nineDigits(try text("timestamp"))
        let keys = ["auditId", "timestamp", "systemId", "userId", "resourceId"]
        attributes = .object(json.members.filter { !keys.contains($0.key) })
    }

    /// How answers write the timestamp: milliseconds where that loses nothing, else nine digits.
    var shownTimestamp: String {
        instant.hasSuffix("000000Z") ? instant.dropLast(7) + "Z" : instant
    }

    /// What tells it from all others, byte by byte.
    var fields: [ByteText] { [auditId, shownTimestamp, systemId, userId, resourceId].map(ByteText.init) }

    /// Timestamp, then the bytes of auditId; systemId where both agree.
    static func isOrdered(_ left: ModelRecord, _ right: ModelRecord) -> Bool {
        for (one, other) in [
            (left.instant, right.instant), (left.auditId, right.auditId), (left.systemId, right.systemId),
        ] where !one.utf8.elementsEqual(other.utf8) {
            return one.utf8.lexicographicallyPrecedes(other.utf8)
        }
        return false
    }

    private static func nineDigits(_ timestamp: String) throws -> String {
        guard timestamp.hasSuffix("Z"), timestamp.utf8.count >= 20 else {
            throw Failure("the model reads UTC only, not \(timestamp)")
        }
        let fraction = timestamp.dropFirst(20).dropLast()
        return timestamp.prefix(19) + "." + fraction + String(repeating: "0", count: 9 - fraction.count) + "Z"
    }
}

extension Page.Record {
    /// What tells it from all others, byte by byte.
    var fields: [ByteText] { [auditId, timestamp, systemId, userId, resourceId].map(ByteText.init) }
}

/// Text that is equal only to the same bytes: `String` calls two spellings of one character equal.
struct ByteText: Hashable, CustomStringConvertible {
    private let utf8: [UInt8]

    init(_ text: String) { utf8 = Array(text.utf8) }

    var description: String { String(decoding: utf8, as: UTF8.self) }
}
