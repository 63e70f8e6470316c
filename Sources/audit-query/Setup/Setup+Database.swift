import AuditStores
import PostgreSQL
import PostgreSQLRecords

extension Setup {
    /// The password's file, and a look whether the database answers the workers' role: it is neither made nor changed by `setup`.
    func databaseSteps(_ settings: Settings) throws(HostError) -> [Step] {
        guard case .postgresql(let database) = settings.store,
            case .postgresql(_, let password) = wishes.store
        else { return [] }
        var steps: [Step] = []
        if case .file(let file) = password { steps.append(try passwordStep(file)) }
        steps.append(
            Step(name: "ask \(database.place)") { () throws(HostError) in
                do throws(StoreError) {
                    try PostgreSQLStore(
                        try database.storeSettings(), connections: 1, for: .read
                    ).probe()
                } catch {
                    throw HostError("the database cannot be read: \(error)")
                }
            } takeBack: { () throws(HostError) in
            })
        return steps
    }

    /// A copy that root alone reads: systemd hands it to the workers.
    private func passwordStep(_ source: String) throws(HostError) -> Step {
        let password: String?
        do throws(PostgreSQLError) {
            password = try PostgreSQLSettings.password(source, calledIn: "--password-file")
        } catch {
            throw HostError(error.description, .usage)
        }
        guard let password else { throw HostError("--password-file: \(source.printable) is empty", .usage) }
        let path = host.path(SetupWishes.passwordPath)
        let file = ReplacedFile(path)
        return Step(
            name: "write \(path)",
            make: { () throws(HostError) in try file.write(password + "\n", mode: 0o600) },
            takeBack: file.takeBack, settle: file.settle)
    }
}

extension PostgreSQLSettings {
    /// What libpq is given; its fault is one of the store.
    fileprivate func storeSettings() throws(StoreError) -> ConnectionSettings {
        do throws(SettingsError) {
            return try connectionSettings()
        } catch {
            throw StoreError(.unavailable, error.description)
        }
    }
}
