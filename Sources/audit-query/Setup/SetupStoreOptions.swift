import ArgumentParser

/// Where `setup` is told that the records are, and what it asks for.
struct SetupStoreOptions: ParsableArguments {
    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case sqlite, postgresql, dynamodb
    }

    @Option(
        help: ArgumentHelp(
            "sqlite, the embedded store, postgresql, or dynamodb. (default: asked for)", valueName: "kind"))
    var store: Kind?

    @Option(
        help: ArgumentHelp(
            """
            How workers reach the database, with postgresql: libpq's connection string, without a password. (default: asked for)
            """, valueName: "string"))
    var connection: String?

    @Option(
        help: ArgumentHelp(
            """
            A file whose one line is the password of the workers' role, with postgresql: it is copied to \
            /etc/audit-query/postgresql.password, which root alone reads. (default: asked for; one that was copied stays)
            """, valueName: "file"), completion: .file())
    var passwordFile: String?

    @Option(
        name: .customLong("region"),
        help: ArgumentHelp(
            "A region of the table, the preferred one first; repeatable. (default: asked for, with dynamodb)",
            valueName: "name"))
    var regions: [String] = []

    @Option(help: ArgumentHelp("The table, with dynamodb. (default: audit-records)", valueName: "name"))
    var table: String?

    @Option(
        name: .customLong("endpoint"),
        help: ArgumentHelp(
            "Where a region is asked, with dynamodb; repeatable. (default: at AWS's own)", valueName: "url"))
    var endpoints: [String] = []

    func validate() throws {
        if let store, store != .dynamodb, !regions.isEmpty || table != nil || !endpoints.isEmpty {
            throw ValidationError("--region, --table and --endpoint are for --store dynamodb")
        }
        if let store, store != .postgresql, connection != nil || passwordFile != nil {
            throw ValidationError("--connection and --password-file are for --store postgresql")
        }
    }

    /// All of it answered, on a host.
    func wish(_ questions: Questions, _ host: Host) throws(HostError) -> SetupWishes.Store {
        switch try kind(questions) {
        case .sqlite: return .sqlite
        case .postgresql: return try database(questions, host)
        case .dynamodb: return try dynamodb(questions)
        }
    }

    private func kind(_ questions: Questions) throws(HostError) -> Kind {
        if let store { return store }
        let answer = try questions.ask(
            "Where are the records: sqlite (a file of this host), postgresql or dynamodb",
            otherwise: "sqlite", option: "give --store sqlite, --store postgresql or --store dynamodb")
        guard let kind = Kind(rawValue: answer) else {
            throw HostError("--store must be sqlite, postgresql or dynamodb, not \(answer.printable)", .usage)
        }
        return kind
    }

    private func database(_ questions: Questions, _ host: Host) throws(HostError) -> SetupWishes.Store {
        var (connection, file) = (connection ?? "", passwordFile ?? "")
        if connection.isEmpty {
            connection = try questions.ask(
                "The database, as libpq's connection string without a password",
                otherwise: "host=/run/postgresql dbname=audit user=audit_worker",
                option: "give --connection for --store postgresql")
        }
        let hasPassword = host.has(SetupWishes.passwordPath)
        if file.isEmpty, questions.isTerminal {
            file = try questions.ask(
                "A file with the role's password (empty: \(hasPassword ? "the one of before" : "it needs none"))",
                option: "--password-file")
        }
        guard file.isEmpty else { return .postgresql(connection: connection, password: .file(file)) }
        return .postgresql(connection: connection, password: hasPassword ? .kept : .none)
    }

    private func dynamodb(_ questions: Questions) throws(HostError) -> SetupWishes.Store {
        var (regions, table) = (regions, table ?? "audit-records")
        if regions.isEmpty {
            regions = try questions.ask(
                "The table's regions, the preferred one first", otherwise: "eu-west-1",
                option: "give --region for --store dynamodb"
            ).split { $0 == "," || $0 == " " }.map(String.init)
            table = try questions.ask("The table", otherwise: table, option: "--table")
        }
        return .dynamodb(table: table, regions: regions, endpoints: endpoints)
    }
}
