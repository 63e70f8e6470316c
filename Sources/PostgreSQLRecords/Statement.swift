internal import AuditRecords
internal import PostgreSQL

/// A statement as it is written: its parameters in the order in which its text names them.
struct Statement {
    private(set) var parameters: [Parameter] = []

    /// Adds a parameter.
    ///
    /// - Returns: how the text names it, with its type.
    mutating func bind(_ parameter: Parameter, _ type: String) -> String {
        parameters.append(parameter)
        return "$\(parameters.count)::\(type)"
    }

    mutating func bind(_ id: Identifier?) -> String {
        bind(id.map { .text($0.bytes) } ?? .null, "text")
    }

    /// Whether a row's system is one that a key may see, by a column's name.
    mutating func sees(_ scope: SystemScope, _ column: String) -> String {
        guard case .only(let patterns) = scope else { return "true" }
        var (names, prefixes): ([[UInt8]], [[UInt8]]) = ([], [])
        for pattern in patterns {
            switch pattern {
            case .exact(let name): names.append(name.bytes)
            case .prefix(let prefix): prefixes.append(prefix.bytes)
            }
        }
        let named = bind(.texts(names), "text[]")
        let begun = bind(.texts(prefixes), "text[]")
        return """
            (\(column) = ANY (\(named)) OR EXISTS (\
            SELECT FROM unnest(\(begun)) AS prefixes (prefix) WHERE starts_with(\(column), prefix)))
            """
    }
}
