/// What a server is to be set up as, every question answered.
struct SetupWishes: Equatable {
    enum Store: Equatable {
        case sqlite
        case postgresql(connection: String, password: Password)
        case dynamodb(table: String, regions: [String], endpoints: [String])
    }

    enum Password: Equatable {
        case none
        /// The one that is there from before.
        case kept
        /// That of a file.
        case file(String)
    }

    enum Certificate: Equatable {
        /// One that nobody else trusts, for 127.0.0.1 and localhost.
        case trial
        case files(chain: String, key: String)
    }

    var store: Store
    var environment: String
    var certificate: Certificate
    var keyName: String
    /// The name of the log of seals; nil where no day is to be sealed.
    var sealOrigin: String?

    /// Begins a configuration that was written by `setup`.
    static let mark = "# Written by audit-query setup"

    /// Where the password of the workers' role is.
    static let passwordPath = "/etc/audit-query/postgresql.password"

    /// The configuration file.
    var configuration: String {
        storeConfiguration
            + (sealOrigin.map { "seal:\n  enabled: true\n  origin: \(Self.quoted($0))\n" } ?? "")
    }

    private var storeConfiguration: String {
        let heading = """
            \(Self.mark). All that can be set: \(Host.library)/audit-query.yaml.
            environment: \(Self.quoted(environment))

            """
        switch store {
        case .sqlite: return heading + "store:\n  kind: sqlite\n"
        case .postgresql(let connection, let password):
            let lines = """
                store:
                  kind: postgresql
                  postgresql:
                    connection: \(Self.quoted(connection))

                """
            return heading + lines + (password == .none ? "" : "    password-file: \(Self.passwordPath)\n")
        case .dynamodb(let table, let regions, let endpoints):
            let lines = """
                store:
                  kind: dynamodb
                  dynamodb:
                    table: \(Self.quoted(table))
                    regions: \(Self.list(regions))

                """
            return heading + lines + (endpoints.isEmpty ? "" : "    endpoints: \(Self.list(endpoints))\n")
        }
    }

    /// A text in YAML's single quotes.
    private static func quoted(_ text: String) -> String {
        "'\(text.replacing("'", with: "''"))'"
    }

    private static func list(_ texts: [String]) -> String {
        "[\(texts.map(quoted).joined(separator: ", "))]"
    }
}
