internal import AuditRecords
internal import AuditStores

extension AnswerFinder {
    /// Whether the store knows all systems of a scope. It may ask, and so takes one of the places before it; where there is none, that is
    /// told whoever goes on to read it.
    func knowsSystems(_ store: any RecordStore, in scope: SystemScope) -> Bool {
        gate.passUncounted { store.knowsSystems(in: scope) } ?? true
    }
}
