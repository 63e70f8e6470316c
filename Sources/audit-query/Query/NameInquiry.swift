import AuditStores
import AuditRecords
import QueryService

/// Asks a store about the names in a question that found nothing: a name that it has never seen is most likely a misspelt
/// one. What it cannot tell soon is not said, and no failure of it is one of the query.
struct NameInquiry {
    private let store: ConfiguredStore
    private let search: UnrestrictedSearch

    /// Names that are looked through for near ones, and how long.
    private static let nameLimit = 20_000
    private static let patience = Duration.milliseconds(400)

    init(_ store: ConfiguredStore, _ search: UnrestrictedSearch) {
        self.store = store
        self.search = search
    }

    /// A line for each name that the store has no records of, at any time.
    func remarks(on query: RecordQuery) -> [String] {
        let asked: [(NameKind, Identifier?)] = [
            (.system, query.systemId), (.user, query.userId), (.resource, query.resourceId),
        ]
        return asked.compactMap { kind, name in name.flatMap { remark(kind, $0) } }
    }

    private func remark(_ kind: NameKind, _ name: Identifier) -> String? {
        guard isUnknown(kind, name) == true else { return nil }
        let remark = "There are no records of the \(kind.rawValue) \(name.description.printable) at all."
        let near = NearestNames.nearest(
            to: name.description, among: others(kind, than: name).map(\.description))
        guard !near.isEmpty else { return remark }
        let list = near.map { other in
            other == name.description
                ? "\(other.printable) (the same characters, composed otherwise)" : other.printable
        }
        return "\(remark) Nearest: \(list.joined(separator: ", "))."
    }

    /// Nil where the store cannot tell. DynamoDB is asked for one record of the user or resource; of a system it has a
    /// partition for each day, and nothing that says on which days there are records.
    private func isUnknown(_ kind: NameKind, _ name: Identifier) -> Bool? {
        switch store {
        case .sqlite, .postgresql:
            let read = NameRead(
                kind: kind, start: name.bytes, limit: 1, deadline: .now + .seconds(2))
            return (try? store.records.names(read) ?? nil).map { $0.names.first != name }
        case .dynamodb:
            guard kind != .system else { return nil }
            let parameter = kind == .user ? "userId" : "resourceId"
            let asked = [(name: parameter, value: name.description), (name: "limit", value: "1")]
            guard let query = try? search.query(asked, now: TimeSource.system.wall()),
                let page = try? search.page(of: query)
            else { return nil }
            guard page.records.isEmpty else { return false }
            return page.resume == nil ? true : nil
        }
    }

    /// Names that there are: all, or where they are too many, the first and those that begin as this one does.
    private func others(_ kind: NameKind, than name: Identifier) -> [Identifier] {
        guard let all = names(kind, from: []) else { return [] }
        guard all.hasMore, let last = all.names.last, last < name else { return all.names }
        let start = Array(name.bytes.prefix(max(1, name.bytes.count / 2)))
        let near = names(kind, startingWith: start, from: last.bytes)?.names ?? []
        return all.names + near.filter { $0 != last }
    }

    private func names(_ kind: NameKind, startingWith prefix: [UInt8] = [], from start: [UInt8]) -> NameRun? {
        if case .dynamodb = store { return nil }
        let read = NameRead(
            kind: kind, prefix: prefix, start: start, limit: Self.nameLimit, deadline: .now + Self.patience)
        return try? store.records.names(read) ?? nil
    }
}
