internal import AuditStores
internal import AuditRecords

/// Which names are asked for.
struct NameQuery: Hashable, Sendable {
    /// How many are answered where nobody says how many.
    static let defaultLimit = 100

    /// What they name.
    let kind: NameKind
    /// What each begins with; empty for all.
    let prefix: [UInt8]
    /// The most of one answer.
    let limit: Int
}

/// Makes a question for names of raw parameters, or lists everything that is wrong with them.
enum NameValidation {
    static let names = ["kind", "prefix", "limit"]
    private static let kinds = NameKind.allCases.map(\.rawValue)

    /// - Throws: all errors.
    static func query(_ reader: consuming ParameterReader) throws(InvalidQuery) -> NameQuery {
        var reader = reader
        if !reader.has("kind") { reader.report("kind", "is required: \(kinds.joined(separator: ", "))") }
        let kind = reader.text("kind").flatMap { text -> NameKind? in
            let kind = NameKind(rawValue: String(decoding: text, as: UTF8.self))
            if kind == nil { reader.report("kind", "must be one of \(kinds.joined(separator: ", "))") }
            return kind
        }
        let prefix = reader.identifier("prefix")?.bytes ?? []
        let limit = reader.number("limit", in: RecordQuery.limits) ?? NameQuery.defaultLimit
        guard let kind, reader.errors.isEmpty else {
            throw InvalidQuery(errors: Array(reader.errors.prefix(100)))
        }
        return NameQuery(kind: kind, prefix: prefix, limit: limit)
    }
}
