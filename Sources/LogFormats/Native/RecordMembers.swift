internal import AuditRecords
internal import JSONBytes

/// The members of a line that name it, and all that is wrong with them.
struct RecordMembers {
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
