package import AuditRecords
internal import JSONBytes

/// Tries what a policy hides on records that are there, to find names that are spelled otherwise in all of them: a misspelt
/// one hides nothing, and nothing else would tell.
package struct HidingTrial {
    private let hidden: HiddenAttributes
    private var places: Set<AttributePath> = []

    /// Places that are remembered at most. Records with more different ones than this have names that are values.
    private static let placeLimit = 20_000

    /// A trial of what is hidden.
    package init(_ hidden: HiddenAttributes) {
        self.hidden = hidden
    }

    /// Takes note of the names in a record's attributes. Attributes that cannot be read have none.
    package mutating func take(_ record: AuditRecord) {
        let object = try? JSONObject(record.attributes, depth: JSONCursor.maximumSkippedDepth)
        if let object { note(object, []) }
    }

    /// What is hidden that no record had, with what they had in its place: the same but for upper and lower case, or with its
    /// dots in one name.
    package var misspellings: [(path: AttributePath, others: [AttributePath])] {
        let names = Set(places.compactMap(\.names.last).map { AttributePath(name: $0) })
        let candidates = names.union(places)
        return hidden.paths.compactMap { path in
            guard !names.contains(path), !places.contains(path) else { return nil }
            let others = candidates.filter {
                $0.folded == path.folded && ($0.names.count == 1 || path.names.count > 1)
            }
            return others.isEmpty ? nil : (path, others.sorted())
        }
    }

    private mutating func note(_ object: JSONObject, _ place: [Identifier]) {
        for member in object.members where places.count < Self.placeLimit {
            let inside = place + [Identifier(member.name)]
            places.insert(AttributePath(names: inside))
            note(value: member.value, of: object, inside)
        }
    }

    private mutating func note(value: Range<Int>, of object: JSONObject, _ place: [Identifier]) {
        if let inner = object.object(at: value) { return note(inner, place) }
        for element in object.elements(at: value) ?? [] { note(value: element, of: object, place) }
    }
}

extension AttributePath {
    /// What spellings have in common that are easily taken for each other.
    fileprivate var folded: String { names.map(\.description).joined(separator: ".").lowercased() }
}
