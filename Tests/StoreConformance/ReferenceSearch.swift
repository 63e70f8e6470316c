package import AuditRecords
import Foundation
import TestSupport

/// A search as the contract tells of it, evaluated the slowest and plainest way, with Unicode's own table. Shares nothing with
/// what it is held against.
package struct ReferenceSearch: Sendable {
    /// The words as somebody writes them.
    package let words: [String]

    package init(_ words: [String]) { self.words = words }

    /// Whether a record passes that has these strings.
    package func holds(_ strings: [[UInt32]]) -> Bool {
        words.allSatisfy { word in
            let word = Self.folded(word)
            return strings.contains { text in
                text.indices.contains { text[$0...].starts(with: word) } || word.isEmpty
            }
        }
    }

    /// The strings of a record that a search looks at, folded.
    package static func strings(of record: AuditRecord, _ attributes: Tree) -> [[UInt32]] {
        let ids = [record.key.auditId, record.key.systemId, record.userId, record.resourceId].map(\.bytes)
        return (ids + attributes.strings).map { folded(String(decoding: $0, as: UTF8.self)) }
    }

    /// The code points that stand for those of a text whatever their case.
    package static func folded(_ text: String) -> [UInt32] {
        text.unicodeScalars.map { mappings[$0.value] ?? $0.value }
    }

    /// The lines of statuses C and S of Unicode's CaseFolding.txt.
    package static let mappings: [UInt32: UInt32] = {
        let path = "\(Place.package)/Tests/StoreConformance/CaseFolding.txt"
        let lines = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n") ?? []
        let pairs = lines.filter { !$0.hasPrefix("#") }.map { line in
            line.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        return Dictionary(
            uniqueKeysWithValues: pairs.map { (UInt32($0[0], radix: 16) ?? 0, UInt32($0[2], radix: 16) ?? 0) }
        )
    }()
}

extension Tree {
    /// Its strings, at any depth, but not the names of members.
    fileprivate var strings: [[UInt8]] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.strings)
        case .object(let members): members.flatMap(\.value.strings)
        default: []
        }
    }
}
