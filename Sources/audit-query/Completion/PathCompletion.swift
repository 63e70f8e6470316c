import ArgumentParser
import AuditRecords
import Foundation
import SQLiteRecords

/// What a shell offers where an attribute's name may stand: the names that records of the configured store have, else those that
/// records have as a rule. It is asked while somebody types: fast, and silent about whatever fails.
enum PathCompletion {
    /// Where the name is to stand.
    enum Place {
        /// In an expression.
        case filter
        /// In a list of columns.
        case columns
        /// In a list of what groups are made by.
        case groups

        /// The words that may stand there besides attributes.
        fileprivate var fields: [String] {
            let ids = ["systemId", "userId", "resourceId"]
            return switch self {
            case .filter: ["auditId", "timestamp"] + ids
            case .columns: ["auditId", "timestamp", "attributes"] + ids
            case .groups: ["hour", "day", "month"] + ids
            }
        }

        /// What stands before a name that is being typed.
        fileprivate func isSeparator(_ character: Character) -> Bool {
            self == .filter ? " ([\"'".contains(character) : ", ".contains(character)
        }
    }

    private static let usual = ["action", "outcome", "sourceIp"]
    private static let patience = Duration.milliseconds(300)

    /// The completion of an option in this place.
    static func kind(_ place: Place) -> CompletionKind {
        .custom { words, _, typed in completions(place, typed: typed, words: words) }
    }

    /// What may take the place of the word that is being typed.
    static func completions(
        _ place: Place, typed: String, words: [String],
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> [String] {
        let typed = typed.trimmingPrefix { $0 == "'" || $0 == "\"" }
        let start = typed.lastIndex(where: place.isSeparator).map(typed.index(after:)) ?? typed.startIndex
        let begun = typed[start...]
        let stored = storedPaths(words, environment)
        let names = place.fields + (stored.isEmpty ? usual : stored)
        return names.filter { $0.hasPrefix(begun) }.map { typed[..<start] + $0 }
    }

    /// Those of the configured embedded store that a shell needs no quotes for; none where they cannot be told at once.
    private static func storedPaths(_ words: [String], _ environment: [String: String]) -> [String] {
        guard !words.contains("--url") else { return [] }
        let option = words.firstIndex(of: "--config").flatMap { words[($0 + 1)...].first }
        guard let settings = try? Settings.load(option, environment: environment),
            case .sqlite(let path, _) = settings.store
        else { return [] }
        let store = SQLiteStore(reading: path, readers: 1)
        let paths = (try? store.attributePaths(deadline: .now + patience)) ?? []
        return paths.filter { !$0.beginsWithField }.map(\.description).filter { name in
            name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !name.contains { "\"'\\$".contains($0) }
        }
    }
}
