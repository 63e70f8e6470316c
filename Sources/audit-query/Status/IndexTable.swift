/// The indexes of the workers' stores as a table, a row each.
struct IndexTable {
    private var table = Table(["STORE", "INDEX", "STATE"])

    /// Workers of one store tell the same, unless it grows meanwhile: the first that tells of a store is believed.
    init(_ readings: [StatusReading]) {
        var seen: Set<String> = []
        for store in readings.compactMap(\.status?.store) {
            guard let indexes = store.indexes, seen.insert(store.name).inserted else { continue }
            for index in indexes {
                table.add([store.name, index.attribute ?? "(words)", Self.text(index)])
            }
        }
    }

    /// Writes it, unless there are none.
    func print() throws(OutputError) {
        guard !table.rows.isEmpty else { return }
        try Console.output("")
        try table.print()
    }

    private static func text(_ index: WorkerStatus.Index) -> String {
        guard !index.isComplete else { return "complete" }
        return "\(index.indexed) of \(counted(Int(index.last), "record"))"
    }
}
