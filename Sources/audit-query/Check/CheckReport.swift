import DynamoDBRecords

/// What a check found, as `check --json` prints it. Members may be added; none is renamed or taken away.
struct CheckReport: Encodable {
    /// What is configured; nil, and left out, where that is wrong.
    let configuration: Configured?
    let findings: [Finding]
    /// Whether nothing is wrong.
    let ok: Bool

    init(configuration: Configured?, findings: [Finding]) {
        self.configuration = configuration
        self.findings = findings
        ok = !findings.contains { $0.state == .wrong }
    }

    /// What scripts ask about a configuration.
    struct Configured: Encodable {
        let environment: String
        /// As it was named; nil, and left out, when there is none.
        let file: String?
        let keys: Keys
        let store: Store

        init(_ settings: Settings, file: String?) {
            environment = settings.environment.rawValue
            self.file = file
            keys = Keys(settings.keyPlace)
            store = Store(settings.store)
        }
    }

    /// Where the keys are: one of both.
    struct Keys: Encodable {
        var file: String?
        var parameter: String?

        init(_ place: SecretPlace) {
            switch place {
            case .file(let path): file = path
            case .parameter(let name): parameter = name
            }
        }
    }

    /// Where the records are: the path of the embedded store's file, a database, or a table and where it is asked.
    struct Store: Encodable {
        let kind: String
        var path: String?
        var table: String?
        var regions: [String]?
        var endpoints: [String]?
        var connection: String?

        init(_ settings: StoreSettings) {
            switch settings {
            case .sqlite(let path, _):
                kind = "sqlite"
                self.path = path
            case .postgresql(let database):
                kind = "postgresql"
                connection = database.connection
            case .dynamodb(let table, let regions, let endpoints):
                kind = "dynamodb"
                self.table = table.name
                self.regions = regions
                self.endpoints = endpoints
            }
        }
    }
}
