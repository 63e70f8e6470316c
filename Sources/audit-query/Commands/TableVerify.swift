import DynamoDBRecords
import ArgumentParser
import QueryService

/// `audit-query table verify`
struct TableVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Say what is right and what is wrong with the table, in each configured region.",
        discussion: .help(
            """
            With store.kind: postgresql it looks at the versions of server and schema, collations, indexes, partitions and
            the locks that they need, TLS, and the rights of the role that the configuration names: which workers have.

            With store.kind: dynamodb it looks at status, keys and their types, all indexes and their projections,
            billing, encryption, deletion protection, replicas, point-in-time recovery and the table's own policy, which has
            to be the same in each region. Each line begins with ok, warning or wrong; the exit code is
            1 if anything is wrong. What only protects the records is wrong where environment is prod, and a warning
            elsewhere. What the credentials may not look at is a warning that names the action they lack.

            With --records it also looks at every item of the table, in the first region, and says which are no records
            of this table's form, each with its key and what is wrong with it: a query that meets one is answered 503,
            and one that its bounds hide is missing in answers. It needs dynamodb:Scan on the table, costs half a read
            unit for each 4 KB, and takes no more read units a second than --rate says. With --json it prints a line
            for each of them, {"key": …, "fault": …}, and then the verdict. Items that an index of an attribute
            (store.dynamodb.attribute-indexes) does not have and should are wrong too, and those of spread days that lie in
            another shard than the table's plan has them. And it says whether the list of systems that
            loads keep in the table has all of which there are records; queries that name no id go by it where
            store.dynamodb.systems names none. --list-systems lists what is missing there and calls the list complete, as
            for a table that others have written; it needs dynamodb:BatchWriteItem, and that from then on nobody writes
            but audit-query load.

            Examples:
              audit-query table verify --config audit-query.yaml
              audit-query table verify --json |
                jq -r '.findings[] | select(.state != "ok") | .text'
              audit-query table verify --records --rate 500
              audit-query table verify --records --list-systems
            """))

    @OptionGroup var configurationFile: ConfigurationOption

    @Flag(help: "Print JSON.") var json = false

    @Flag(help: "Look at every record too.") var records = false

    @Flag(
        help:
            "With --records, write down the systems that the table's list of them misses, and that it is complete then."
    )
    var listSystems = false

    @Option(help: ArgumentHelp("Read units a second that looking at records may take.", valueName: "units"))
    var rate = 100

    @Option(help: ArgumentHelp("Parts of the table that are looked at at once.", valueName: "parts"))
    var segments = 4

    func validate() throws {
        guard records || !listSystems else {
            throw ValidationError("--list-systems needs --records: only they tell which systems there are")
        }
        guard (1...1_000_000).contains(rate) else {
            throw ValidationError("--rate must be from 1 to 1000000, and is \(rate)")
        }
        guard (1...ConfiguredTable.mostSegments).contains(segments) else {
            throw ValidationError(
                "--segments must be from 1 to \(ConfiguredTable.mostSegments), and is \(segments)")
        }
    }

    func run() throws {
        try configurationFile.reporting {
            if let findings = try databaseFindings() { return try finish(findings) }
            let table = try configurationFile.table().table
            var findings = table.findings()
            if !json {
                for finding in findings { try Console.output(finding.line(coloured: Console.usesColour)) }
            }
            let found =
                records ? try RecordInspection(table, json: json).run(segments: segments, rate: rate) : nil
            if let found {
                let systems = try SystemInspection(table: table, isListing: listSystems).finding(found)
                if !json { try Console.output(systems.line(coloured: Console.usesColour)) }
                findings.append(systems)
                if let strays = ShardInspection.strays(found.strayCount) {
                    let finding = Finding(
                        .table, .warning, "table \(table.layout.table) in \(table.regions[0].name): \(strays)"
                    )
                    if !json { try Console.output(finding.line(coloured: Console.usesColour)) }
                    findings.append(finding)
                }
            }
            let isRight = !findings.contains { $0.state == .wrong } && (found?.faultCount ?? 0) == 0
            if json {
                let counts = found.map { Verdict.Records(read: $0.itemCount, wrong: $0.faultCount) }
                let verdict = Verdict(ok: isRight, findings: findings, records: counts)
                // Of many records each has its line, and so has the verdict then.
                try Console.output(json: verdict, isPretty: !records)
            }
            if !isRight { throw ExitCode(ExitStatus.partial.rawValue) }
        }
    }

    /// Nil where the records are not in PostgreSQL.
    private func databaseFindings() throws -> [Finding]? {
        let settings = try configurationFile.settings()
        guard case .postgresql = settings.store else { return nil }
        guard !records else {
            throw SettingsError(
                description: "--records is for store.kind: dynamodb; PostgreSQL keeps its rows' form itself")
        }
        let composition = try Composition(settings, instruments: Instruments(log: .standardError(settings)))
        return DatabaseInspection(settings, try composition.store(for: .read))?.findings()
    }

    /// Says what was found in a database, and ends with 1 where something is wrong.
    private func finish(_ findings: [Finding]) throws {
        let isRight = !findings.contains { $0.state == .wrong }
        if json {
            try Console.output(json: Verdict(ok: isRight, findings: findings, records: nil), isPretty: true)
        } else {
            for finding in findings { try Console.output(finding.line(coloured: Console.usesColour)) }
        }
        if !isRight { throw ExitCode(ExitStatus.partial.rawValue) }
    }

    private struct Verdict: Encodable {
        struct Records: Encodable {
            let read, wrong: Int
        }

        let ok: Bool
        let findings: [Finding]
        /// Nil, and left out, where no record was looked at.
        let records: Records?
    }
}
