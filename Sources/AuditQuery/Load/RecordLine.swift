/// Makes a record of one line of a file to load: a JSON object with `auditId`, `timestamp`, `systemId`,
/// `userId` and `resourceId`. Every other member becomes an attribute, its bytes as they are.
public enum RecordLine {
    private static let keyNames = ["auditId", "timestamp", "systemId", "userId", "resourceId"]
    /// What the DynamoDB table calls its keys: an attribute of that name could not be stored there.
    private static let tableNames: Set<[UInt8]> = Set(
        ["PK", "SK", "GS1_PK", "GS1_SK", "GSI2_PK", "GSI2_SK"].map { Array($0.utf8) })

    /// The record of a line.
    ///
    /// - Throws: what is wrong with the line, for a person to read.
    public static func record(_ line: [UInt8]) throws(RecordLineError) -> AuditRecord {
        guard String(validating: line, as: UTF8.self) != nil else {
            throw RecordLineError("is not valid UTF-8")
        }
        let object: JSONObject
        do throws(JSONFault) {
            object = try JSONObject(line)
        } catch {
            throw RecordLineError("is not a JSON object: \(error)")
        }
        if let name = object.repeatedName {
            throw RecordLineError("\(String(decoding: name, as: UTF8.self)) stands twice")
        }
        var values: [String: [UInt8]] = [:]
        var attributes: [UInt8] = [UInt8(ascii: "{")]
        for member in object.members {
            let name = keyNames.first { Array($0.utf8) == member.name }
            if let name {
                values[name] = try text(of: member, name, in: object)
            } else if tableNames.contains(member.name) {
                let name = String(decoding: member.name, as: UTF8.self)
                throw RecordLineError(
                    "\(name) is the name of a key of the table: call the attribute something else")
            } else {
                if attributes.count > 1 { attributes.append(UInt8(ascii: ",")) }
                attributes.append(contentsOf: line[member.nameRange])
                attributes.append(UInt8(ascii: ":"))
                attributes.append(contentsOf: line[member.value])
            }
        }
        attributes.append(UInt8(ascii: "}"))
        return try record(values, attributes)
    }

    private static func record(
        _ values: [String: [UInt8]], _ attributes: [UInt8]
    ) throws(RecordLineError) -> AuditRecord {
        func identifier(_ name: String) throws(RecordLineError) -> Identifier {
            let identifier = Identifier(try value(name, values))
            if let fault = identifier.fault { throw RecordLineError("\(name) \(fault)") }
            return identifier
        }
        let timestamp = try value("timestamp", values)
        let instant: Timestamp
        do throws(TimestampError) {
            instant = try Timestamp.parse(timestamp).instant
        } catch {
            throw RecordLineError("timestamp \(error)")
        }
        let key = RecordKey(
            systemId: try identifier("systemId"), instant: instant, auditId: try identifier("auditId"))
        return AuditRecord(
            key: key, userId: try identifier("userId"), resourceId: try identifier("resourceId"),
            attributes: attributes)
    }

    private static func value(_ name: String, _ values: [String: [UInt8]]) throws(RecordLineError) -> [UInt8]
    {
        guard let value = values[name] else { throw RecordLineError("\(name) is missing") }
        return value
    }

    private static func text(
        of member: JSONObject.Member, _ name: String, in object: JSONObject
    ) throws(RecordLineError) -> [UInt8] {
        guard object.bytes[member.value.lowerBound] == UInt8(ascii: "\"") else {
            throw RecordLineError("\(name) is not a string")
        }
        guard let text = object.string(member) else {
            throw RecordLineError("\(name) has half of a surrogate pair")
        }
        return text
    }
}
