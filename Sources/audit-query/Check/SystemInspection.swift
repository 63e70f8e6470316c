import AuditRecords
import AuditStores
import DynamoDBRecords

/// Looks whether the list of systems that a table's writers keep has all those of which there are records, and mends it.
struct SystemInspection {
    let table: ConfiguredTable
    /// Whether the list is to be made complete, and not only looked at.
    let isListing: Bool

    /// So many systems are named in a line.
    private static let mostNamed = 10

    /// What there is to say of the list, after a scan of the whole table.
    func finding(_ found: TableScan.Progress) throws(StoreError) -> Finding {
        guard found.systems.count < SystemList.mostSystems else {
            return line(
                .wrong, "has records of \(found.systems.count) systems and more, too many for a list of them")
        }
        let list = found.list
        let missing = found.systems.subtracting(list.systems).sorted()
        guard isListing else { return finding(of: list, missing: missing) }
        try table.systemList.add(missing, completing: true)
        let all = list.systems.count + missing.count
        return bounded(all, "its list of systems is complete: \(all), of which \(missing.count) were missing")
    }

    private func finding(of list: SystemList.Contents, missing: [Identifier]) -> Finding {
        let advice = "`audit-query table verify --records --list-systems` lists all"
        let names = missing.prefix(Self.mostNamed).map(\.description).joined(separator: ", ")
        let rest = missing.count > Self.mostNamed ? ", …" : ""
        guard list.isComplete else {
            return table.namesSystems
                ? line(.ok, "its own list of systems is not used: store.dynamodb.systems names them")
                : line(
                    .warning, "its list of systems is not complete, so no query can do without ids: \(advice)"
                )
        }
        guard missing.isEmpty else {
            return line(
                table.namesSystems ? .warning : .wrong,
                "its list of systems is called complete, and \(missing.count) of which there are records are missing "
                    + "there (\(names)\(rest)): queries without ids miss them, unless they came while the table was looked at; \(advice)"
            )
        }
        return bounded(list.systems.count, "its list of systems is complete: \(list.systems.count)")
    }

    /// A list that is right, if it is not too long to be of use.
    private func bounded(_ count: Int, _ text: String) -> Finding {
        guard count > DynamoDBTable.mostSystems else { return line(.ok, text) }
        return line(
            .warning, "\(text); of more than \(DynamoDBTable.mostSystems) no query can do without ids")
    }

    private func line(_ state: Finding.State, _ text: String) -> Finding {
        Finding(.table, state, "table \(table.layout.table) in \(table.regions[0].name): \(text)")
    }
}
