import Foundation

/// All records of a data set, searched by walking over every one of them.
struct Model: Sendable {
    /// In ascending order.
    let records: [ModelRecord]

    init(_ lines: some Sequence<String>) throws {
        records = try lines.map { try ModelRecord(line: $0) }.sorted(by: ModelRecord.isOrdered)
    }

    /// What a query must find, in order. The bounds are instants with nine digits, the end exclusive.
    func matching(
        user: String? = nil, system: String? = nil, resource: String? = nil, from start: String? = nil,
        to end: String? = nil, ascending: Bool = false
    ) -> [ModelRecord] {
        let found = records.filter { record in
            Self.isSame(user, record.userId) && Self.isSame(system, record.systemId)
                && Self.isSame(resource, record.resourceId) && start.map { $0 <= record.instant } ?? true
                && end.map { record.instant < $0 } ?? true
        }
        return ascending ? found : found.reversed()
    }

    /// The distinct values of a field, those with most records first.
    func values(of field: KeyPath<ModelRecord, String>) -> [String] {
        let counts = Dictionary(grouping: records) { Array($0[keyPath: field].utf8) }
        return counts.sorted { ($0.value.count, $1.key.count) > ($1.value.count, $0.key.count) }.map {
            String(decoding: $0.key, as: UTF8.self)
        }
    }

    private static func isSame(_ wanted: String?, _ value: String) -> Bool {
        wanted.map { $0.utf8.elementsEqual(value.utf8) } ?? true
    }
}
