/// The systems that a key may see.
package enum SystemScope: Hashable, Sendable {
    /// Every system.
    case all
    /// Those that one of the patterns names; at least one pattern.
    case only([SystemPattern])

    /// The most patterns that one key may have.
    package static let maximumCount = 100

    /// Whether a system is among them.
    package func contains(_ system: Identifier) -> Bool {
        switch self {
        case .all: true
        case .only(let patterns): patterns.contains { $0.matches(system) }
        }
    }

    /// A scope of patterns as a key file spells them, in one order whatever the file's, so that equal
    /// policies are equal. No pattern at all means no system.
    package init(patterns: [String]) {
        let patterns = Set(patterns.map(SystemPattern.init)).sorted()
        self = patterns.contains(.prefix(Identifier(""))) ? .all : .only(patterns)
    }

    /// The patterns as a key file spells them.
    package var patterns: [String] {
        switch self {
        case .all: ["*"]
        case .only(let patterns): patterns.map(\.description)
        }
    }
}
