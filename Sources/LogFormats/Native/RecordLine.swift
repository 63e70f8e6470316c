package import AuditRecords
internal import JSONBytes

/// What a line of a file to load is: a record, or a page of them.
///
/// A record is a JSON object with `auditId`, `timestamp`, `systemId`, `userId` and `resourceId`; every other member
/// becomes an attribute, its bytes as they are. The records and pages of answers are recognised, so that what was read can
/// be loaded: a record by its `id`, which is made of its key, with its attributes in `attributes`; a page by its
/// `records`, and because it has nothing that a record has.
package enum RecordLine: Equatable {
    case record(AuditRecord)
    /// The texts of a page's records, in order, without nulls.
    case page([[UInt8]])

    private static let keyNames = ["auditId", "timestamp", "systemId", "userId", "resourceId"].map {
        (text: $0, bytes: Array($0.utf8))
    }
    private static let recordsName = Array("records".utf8)
    /// What the DynamoDB table calls its keys: an attribute of that name could not be stored there.
    private static let tableNames: Set<[UInt8]> = Set(
        ["PK", "SK", "GS1_PK", "GS1_SK", "GSI2_PK", "GSI2_SK"].map { Array($0.utf8) })
    /// A page has a level more than its records, an array; those have one more than their attributes.
    private static let levels = JSONCursor.maximumDepth + 3

    /// Reads a line.
    ///
    /// - Throws: all that is wrong with it; of its attributes the first.
    package init(_ line: [UInt8]) throws(RecordLineError) {
        let object = try Self.object(line)
        if let page = Self.page(of: object) {
            self = .page(page)
        } else {
            self = .record(try Self.record(of: object))
        }
    }

    /// The record of a line.
    ///
    /// - Throws: what is wrong with it as one.
    package static func record(_ line: [UInt8]) throws(RecordLineError) -> AuditRecord {
        try record(of: object(line))
    }

    private static func object(_ line: [UInt8]) throws(RecordLineError) -> JSONObject {
        guard String(validating: line, as: UTF8.self) != nil else {
            throw RecordLineError("is not valid UTF-8")
        }
        do throws(JSONFault) {
            return try JSONObject(line, depth: levels)
        } catch {
            guard line.elementsEqual("{".utf8) || line.elementsEqual("[".utf8) else {
                throw RecordLineError("is not a JSON object: \(error)")
            }
            throw RecordLineError(
                "is not a JSON object, but the beginning of one on several lines: a record stands on one line, "
                    + "as `jq -c` writes it")
        }
    }

    private static func page(of object: JSONObject) -> [[UInt8]]? {
        guard let records = object.members.first(where: { $0.name == recordsName }),
            !object.members.contains(where: { keyName($0) != nil })
        else { return nil }
        let elements = object.elements(at: records.value)
        return elements?.map { Array(object.bytes[$0]) }.filter { !$0.elementsEqual("null".utf8) }
    }

    private static func keyName(_ member: JSONObject.Member) -> String? {
        keyNames.first { $0.bytes == member.name }?.text
    }

    private static func record(of object: JSONObject) throws(RecordLineError) -> AuditRecord {
        var members = RecordMembers(object)
        if let name = object.repeatedName {
            members.faults.append("\(String(decoding: name, as: UTF8.self)) stands twice")
        }
        var attributes: [JSONObject.Member] = []
        for member in object.members {
            if let name = keyName(member) {
                members.take(member, name)
            } else {
                attributes.append(member)
            }
        }
        return try members.record(attributes: attributes) { member in tableNames.contains(member.name) }
    }
}
