package import AuditRecords

extension AuditRecord {
    /// The same record with its attributes in one spelling, as a plain reader finds them: members in the order of their names' bytes,
    /// numbers as all of their digits, strings with as few escapes as there may be. Equal for records that say the same.
    package func respelt() throws -> AuditRecord {
        AuditRecord(
            key: key, userId: userId, resourceId: resourceId,
            attributes: Array(try Tree(json: attributes).respelt.plainText.utf8))
    }
}

extension Tree {
    fileprivate var respelt: Tree {
        switch self {
        case .number(let number): .number(LongNumber(number).text)
        case .array(let elements): .array(elements.map(\.respelt))
        case .object(let members):
            .object(
                members.sorted { $0.name.lexicographicallyPrecedes($1.name) }.map {
                    ($0.name, $0.value.respelt)
                }
            )
        default: self
        }
    }
}
