import Evidence

/// Who may lift holds, and where those are kept.
struct RetentionSettings {
    /// The public keys of operators, two of whom lift a hold.
    let operators: [VerifierKey]
    let holds: HoldFolder

    private static let operatorsKey = "retain.operators"

    init(_ source: SettingsSource) throws(SettingsError) {
        holds = HoldFolder(path: try source.text("retain.folder"))
        var operators: [VerifierKey] = []
        for text in try source.list(Self.operatorsKey) {
            let key: VerifierKey
            do throws(NoteFault) {
                key = try VerifierKey(text)
            } catch {
                throw source.fault(Self.operatorsKey, "\(text.printable) \(error)")
            }
            guard key.kind == .note else {
                throw source.fault(
                    Self.operatorsKey, "\(key.name.printable) is a witness's key, and no operator's")
            }
            guard !operators.contains(where: { $0.key == key.key || $0.name == key.name }) else {
                throw source.fault(
                    Self.operatorsKey,
                    "\(key.name.printable) has a key or a name that another one has: two of them must be "
                        + "two people's")
            }
            operators.append(key)
        }
        self.operators = operators
    }
}
