package import AuditRecords

/// Where the fields of a record stand in the event that it was made of: found by comparing them with what its `details` say,
/// so it holds for every format and mapping, and tells what happened rather than what should.
package struct Explanation {
    /// One field.
    package struct Field {
        /// As docs/formats.md calls it.
        package let name: String
        /// What it has.
        package let value: String
        /// Where that is from.
        package let origin: Origin
    }

    /// Where a field is from.
    package enum Origin {
        /// The members that say the same, the first few.
        case members([String])
        /// It was made otherwise.
        case rules
        /// It stands for what the event does not say.
        case nothing
    }

    /// More paths than so many help nobody.
    private static let pathCount = 3

    /// In the order in which a record has them.
    package private(set) var fields: [Field] = []

    /// That of a record. Costs a pass over its details for each field.
    package init(of record: AuditRecord) {
        let attributes = try? JSONText(record.attributes).root
        let members = attributes?.member("details").map(Members.init)?.all ?? []
        func add(_ name: String, _ value: [UInt8], _ isSame: (JSONValue) -> Bool) {
            let paths = members.filter { isSame($0.value) }.prefix(Self.pathCount).map(\.path)
            let isNothing = value == [UInt8(ascii: "-")]
            let origin: Origin = isNothing ? .nothing : paths.isEmpty ? .rules : .members(Array(paths))
            fields.append(Field(name: name, value: value.text, origin: origin))
        }
        func add(_ name: String, _ value: [UInt8]) {
            add(name, value) { ($0.string ?? $0.wholeNumber) == value }
        }
        add("auditId", record.key.auditId.bytes)
        add("timestamp", record.key.timestamp) { Self.isTime($0, record.key.instant) }
        add("systemId", record.key.systemId.bytes)
        add("userId", record.userId.bytes)
        add("resourceId", record.resourceId.bytes)
        for name in ["action", "outcome", "sourceIp"] as [StaticString] {
            if let value = attributes?.member(name)?.string { add("\(name)", value) }
        }
    }

    /// That of a record in audit-query's own form, whose members are called as its fields are.
    package init(ofOwn record: AuditRecord) {
        fields = Self(of: record).fields.map { field in
            Field(name: field.name, value: field.value, origin: .members([field.name]))
        }
    }

    /// Whether a value says an instant in one of the ways in which logs do.
    private static func isTime(_ value: JSONValue, _ instant: Timestamp) -> Bool {
        let text = value.string ?? value.wholeNumber ?? []
        let readings: [Timestamp?] = [
            try? TimeReader().time(text, "", zoneless: .universal),
            try? TimeReader.instant(milliseconds: text, ""),
            try? TimeReader.instant(microseconds: text, orFail: ""),
            try? TimeReader.instant(milliseconds: text + Array("000".utf8), ""),
        ]
        return readings.contains(instant)
    }
}

/// All values within one that are no objects or arrays, each with the names that lead to it.
private struct Members {
    private(set) var all: [(path: String, value: JSONValue)] = []

    init(_ root: JSONValue) {
        add(root, "")
    }

    private mutating func add(_ value: JSONValue, _ path: String) {
        if value.isObject {
            for member in value.members {
                let name = (member.name.string ?? []).text
                add(member.value, path.isEmpty ? name : "\(path).\(name)")
            }
        } else if value.isArray {
            for (index, element) in value.elements.enumerated() { add(element, "\(path)[\(index)]") }
        } else {
            all.append((path, value))
        }
    }
}
