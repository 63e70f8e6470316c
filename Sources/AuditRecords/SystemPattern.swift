/// One system by its exact name, or all whose names begin alike.
package enum SystemPattern: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The system of this name.
    case exact(Identifier)
    /// Every system whose name begins with these bytes.
    case prefix(Identifier)

    /// Reads `name` or `prefix*`.
    package init(_ text: String) {
        let name = Identifier(text)
        // A byte, not a Character: the star may be part of one with what stands before it.
        self =
            name.bytes.last == UInt8(ascii: "*") ? .prefix(Identifier(name.bytes.dropLast())) : .exact(name)
    }

    /// What is wrong with a text as a pattern, for a person to read; nil when nothing is.
    package static func fault(of text: String) -> String? {
        if let fault = Identifier(text).fault { return fault }
        guard text.utf8.dropLast().contains(UInt8(ascii: "*")) else { return nil }
        return "has a * before its end: only one at the end stands for all that follows"
    }

    /// Whether it names a system.
    package func matches(_ system: Identifier) -> Bool {
        switch self {
        case .exact(let name): system == name
        case .prefix(let prefix): system.bytes.starts(with: prefix.bytes)
        }
    }

    /// The pattern as a key file spells it.
    package var description: String {
        switch self {
        case .exact(let name): name.description
        case .prefix(let prefix): "\(prefix)*"
        }
    }
}
