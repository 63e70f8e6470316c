import AuditRecords
import AuditStores
import SQLiteRecords

extension LoadCommand {
    /// Sees whether a store can be written, and brings it up to date before anything is read for it.
    func prepare(_ store: ConfiguredStore, _ settings: StoreSettings) throws(StoreError) {
        // Who may only write to a table learns with the first batch whether it is there.
        if !unchecked || settings.regions.isEmpty { try store.records.probe() }
        try completeIndexes(of: store)
    }

    /// Brings the indexes of attributes and of words up to date before there is more to put into them, and says how far that is where
    /// a person watches. Killed, it goes on with the next load.
    private func completeIndexes(of store: ConfiguredStore) throws(StoreError) {
        let isShown = !quiet && !follow.isOn && Console.isErrorTerminal
        try store.completeIndexes { states in
            guard isShown, let last = states.map(\.last).max() else { return }
            let done = states.map(\.indexed).min() ?? last
            let names = states.map(\.name).joined(separator: ", ")
            Console.errorInPlace(
                "\(store.name): indexes of \(names): \(done) of \(counted(Int(last), "record"))".printable)
        }
        if isShown { Console.errorInPlace("") }
    }
}
