/// What a line of a file to load is: a record, or a page of them.
///
/// A record is a JSON object with `auditId`, `timestamp`, `systemId`, `userId` and `resourceId`; every other member
/// becomes an attribute, its bytes as they are. The records and pages of answers are recognised, so that what was read can
/// be loaded: a record by its `id`, which is made of its key, with its attributes in `attributes`; a page by its
/// `records`, and because it has nothing that a record has.
public enum RecordLine: Equatable {
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
    private static let levels = JSONScanner.maximumDepth + 3

    /// Reads a line.
    ///
    /// - Throws: all that is wrong with it; of its attributes the first.
    public init(_ line: [UInt8]) throws(RecordLineError) {
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
    public static func record(_ line: [UInt8]) throws(RecordLineError) -> AuditRecord {
        try record(of: object(line))
    }

    private static func object(_ line: [UInt8]) throws(RecordLineError) -> JSONObject {
        guard String(validating: line, as: UTF8.self) != nil else {
            throw RecordLineError("is not valid UTF-8")
        }
        do throws(JSONError) {
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
        let elements = jsonArrayElements(of: object.bytes, in: records.value, depth: levels)
        return elements?.map { Array(object.bytes[$0]) }.filter { !$0.elementsEqual("null".utf8) }
    }

    private static func keyName(_ member: JSONObject.Member) -> String? {
        keyNames.first { $0.bytes == member.name }?.text
    }

    private static func record(of object: JSONObject) throws(RecordLineError) -> AuditRecord {
        var reading = LineReading(object)
        if let name = object.repeatedName {
            reading.faults.append("\(String(decoding: name, as: UTF8.self)) stands twice")
        }
        var attributes: [JSONObject.Member] = []
        for member in object.members {
            if let name = keyName(member) {
                reading.take(member, name)
            } else {
                attributes.append(member)
            }
        }
        return try reading.record(attributes: attributes) { member in tableNames.contains(member.name) }
    }
}

/// The members of a line that name it, and all that is wrong with them.
private struct LineReading {
    private let object: JSONObject
    private var values: [String: [UInt8]] = [:]
    private var wrongNames: Set<String> = []
    var faults: [String] = []

    init(_ object: JSONObject) {
        self.object = object
    }

    mutating func take(_ member: JSONObject.Member, _ name: String) {
        if object.bytes[member.value.lowerBound] != UInt8(ascii: "\"") {
            fault("is not a string", name)
        } else if let text = object.string(member) {
            values[name] = text
        } else {
            fault("has half of a surrogate pair", name)
        }
    }

    mutating func record(
        attributes members: [JSONObject.Member], isOfTable: (JSONObject.Member) -> Bool
    ) throws(RecordLineError) -> AuditRecord {
        let ids = ["auditId", "systemId", "userId", "resourceId"].map { identifier($0) }
        let instant = instant()
        let key = ids[0].flatMap { audit in
            ids[1].flatMap { system in
                instant.map { RecordKey(systemId: system, instant: $0, auditId: audit) }
            }
        }
        let attributes: [UInt8]
        if let key, isAnswer(members, key) {
            attributes = answered(members)
        } else {
            for member in members where isOfTable(member) {
                faults.append(
                    "\(String(decoding: member.name, as: UTF8.self)) is the name of a key of the table: call the "
                        + "attribute something else")
            }
            attributes = plain(members.filter { !isOfTable($0) })
        }
        guard faults.isEmpty, let key, let user = ids[2], let resource = ids[3] else {
            // So that all is told at once; of a good record the rules look at them.
            if let fault = RecordRules.fault(ofAttributes: attributes) { faults.append(fault) }
            throw RecordLineError(faults: faults)
        }
        return AuditRecord(key: key, userId: user, resourceId: resource, attributes: attributes)
    }

    /// Whether a record comes from an answer: its `id` is made of its key, which no other program does.
    private func isAnswer(_ members: [JSONObject.Member], _ key: RecordKey) -> Bool {
        guard let member = members.first(where: { $0.name == Array("id".utf8) }),
            let id = object.string(member), let named = RecordKey(id: id)
        else { return false }
        return named.instant == key.instant && named.systemId == key.systemId
            && named.auditId == key.auditId
    }

    /// What an answer's record has in `attributes`.
    private mutating func answered(_ members: [JSONObject.Member]) -> [UInt8] {
        var attributes: [UInt8]?
        for member in members where member.name != Array("id".utf8) {
            if member.name != Array("attributes".utf8) {
                faults.append(
                    "is a record of an answer, by its id, and has besides "
                        + "\"\(String(decoding: member.name, as: UTF8.self))\": take that out, or id")
            } else if object.bytes[member.value.lowerBound] == UInt8(ascii: "{") {
                attributes = Array(object.bytes[member.value])
            } else {
                faults.append("attributes is not an object")
            }
        }
        if attributes == nil, faults.isEmpty {
            faults.append("is a record of an answer, by its id, and attributes is missing: take id out")
        }
        return attributes ?? Array("{}".utf8)
    }

    private func plain(_ members: [JSONObject.Member]) -> [UInt8] {
        var attributes: [UInt8] = [UInt8(ascii: "{")]
        for member in members {
            if attributes.count > 1 { attributes.append(UInt8(ascii: ",")) }
            attributes.append(contentsOf: object.bytes[member.nameRange])
            attributes.append(UInt8(ascii: ":"))
            attributes.append(contentsOf: object.bytes[member.value])
        }
        attributes.append(UInt8(ascii: "}"))
        return attributes
    }

    private mutating func identifier(_ name: String) -> Identifier? {
        guard let value = value(name) else { return nil }
        let identifier = Identifier(value)
        if let fault = identifier.fault { faults.append("\(name) \(fault)") }
        return identifier
    }

    private mutating func instant() -> Timestamp? {
        guard let value = value("timestamp") else { return nil }
        do throws(TimestampError) {
            return try Timestamp.parse(value).instant
        } catch {
            faults.append("timestamp \(error)")
            return nil
        }
    }

    private mutating func value(_ name: String) -> [UInt8]? {
        if values[name] == nil, !wrongNames.contains(name) { faults.append("\(name) is missing") }
        return values[name]
    }

    private mutating func fault(_ detail: String, _ name: String) {
        wrongNames.insert(name)
        faults.append("\(name) \(detail)")
    }
}
