import ArgumentParser
import AuditRecords
import AuditStores
import QueryService
import RecordForms

/// `audit-query export`: all of an answer as files, and a manifest that says what they are.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write all of an answer into files, with a manifest.",
        discussion: .help(
            """
            The question is asked as `query` has it, of any length of time: --user, --system, --resource, --filter, --search,
            --from and --to. Where no --to is given, it ends when the export begins.

            --output names the file, in a folder that is the export's alone, and its form: .ndjson has a record a line, as
            the HTTP interface answers it, .ocsf.ndjson as an event of OCSF, .csv a row of --columns; .gz or .zst behind it
            compresses. --part-records makes several files of so many records. When all of it is there, and not before,
            manifest.json stands beside it: the question, what was searched, and how many records, how many bytes and which
            SHA-256 each file has.

            Stopped, killed or out of room, an export goes on with the same options and --resume, and ends with the same
            files as if nothing had been. docs/exports.md says which records are in it that arrive meanwhile.

            --spreadsheet puts an apostrophe before each text that a spreadsheet would take for a formula, and a last column,
            cellsChanged, says in which columns of the row.

            Examples:
              audit-query export --user alice@example.com --output alice/records.ndjson.gz
              audit-query export --from 2024-01 --to 2024-03 --order asc \\
                --part-records 1000000 --output quarter/records.ndjson.zst
              audit-query export --system billing --from 2024-01 --to 2024-01 \\
                --columns timestamp,userId,action,details.requestId \\
                --spreadsheet --output january/billing.csv
              audit-query export --url https://audit.example.com --key-file key.txt \\
                --system billing --from -30d --output billing/records.csv
            """))

    @OptionGroup var configurationFile: ConfigurationOption
    @OptionGroup var server: ServerOption
    @OptionGroup var asked: QuestionOptions

    @Option(
        help: ArgumentHelp(
            "The file, in a folder of its own; its endings say its form.", valueName: "folder/file"),
        completion: .file())
    var output: String

    @Option(help: "Newest first (desc) or oldest first. (default: desc)") var order: QueryCommand.Order?

    @Option(
        help: ArgumentHelp(
            "What a row of CSV has. (default: \(RecordColumn.usual.map(\.name).joined(separator: ", ")))",
            valueName: "names"),
        completion: PathCompletion.kind(.columns))
    var columns: String?

    @Flag(help: "Make texts harmless in CSV that a spreadsheet would take for formulas.") var spreadsheet =
        false

    @Option(
        help: ArgumentHelp("Make files of so many records at most. (default: one file)", valueName: "records")
    )
    var partRecords: Int?

    @Option(help: ArgumentHelp("Read so many ranges of time at once, 1 to 16.", valueName: "ranges"))
    var parallel = 2

    @Option(
        help: ArgumentHelp(
            "Sign the manifest with this private key (`seal key --exporter`). (default: it is not signed)",
            valueName: "file"),
        completion: .file())
    var signKey: String?

    @Flag(help: "Go on with an export that was stopped.") var resume = false

    func validate() throws {
        let target = try ExportTarget(output)
        _ = try rows()
        guard target.form == .csv || columns == nil && !spreadsheet else {
            throw ValidationError(
                "--columns and --spreadsheet are for CSV: give --output a name that ends in .csv")
        }
        guard partRecords.map({ $0 >= 1 }) ?? true else {
            throw ValidationError("--part-records: at least 1")
        }
        guard (1...16).contains(parallel) else { throw ValidationError("--parallel: 1 to 16") }
        guard server.url != nil, configurationFile.path != nil else { return }
        throw ValidationError("--config is for the store, and --url for a server: give one of them")
    }

    func run() throws {
        Niceness.yieldToWorkers()
        let stop = StopRequest()
        Interruption.watch(stop) {}
        let target = try ExportTarget(output)
        guard server.url != nil else {
            return try configurationFile.reporting { try export(to: target, stop, ofStore) }
        }
        try ExitStatus.reporting { try export(to: target, stop, ofServer) }
    }

    /// The columns of CSV.
    private func rows() throws(ValidationError) -> [RecordColumn] {
        guard let columns else { return RecordColumn.usual }
        do throws(RecordColumnError) {
            return try RecordColumn.list(Array(columns.utf8))
        } catch {
            throw ValidationError("--columns \(error.description.printable)")
        }
    }

    /// What makes lines of records.
    func lines(of target: ExportTarget) throws -> ExportLines {
        switch target.form {
        case .ndjson: .rows(RecordWriter(.ndjson))
        case .csv: .rows(RecordWriter(spreadsheet ? .spreadsheet(try rows()) : .csv(try rows())))
        case .ocsf: .events(RecordFormWriter(.ocsf, version: AuditQueryCommand.version))
        }
    }

    private func export(
        to target: ExportTarget, _ stop: StopRequest,
        _ source: (ExportLines, ExportTarget) throws -> ExportMaterial
    ) throws {
        try ExportFolder(target: target).alone { state in
            guard state != .complete else {
                guard resume else { throw Self.occupied(target, "an export that is complete") }
                // Who wrote the manifest may have been killed before this.
                try target.removeCheckpoint()
                return Console.error("\(target.manifest.printable): the export is complete")
            }
            guard state == .new || resume else {
                throw Self.occupied(target, "an export that was not finished: go on with it by --resume")
            }
            let signer = try signKey.map { try Self.signer($0) }
            let lines = try lines(of: target)
            let material = try source(lines, target)
            let (checkpoint, query) = try begin(material, state == .new, target, signer)
            let run = ExportRun(
                target: target, source: material.source, lines: lines,
                columns: target.form == .csv ? try rows() : nil, isForSpreadsheets: spreadsheet,
                partRecords: partRecords, threads: parallel, order: query.order,
                longestSlice: Int64(ExportedQuestion.mostDays(of: query) ?? 36_600) * 86_400,
                arrivals: material.arrivals, stop: stop, signer: signer)
            if state == .begun { try run.checkOrigin(checkpoint, query) }
            guard let manifest = try run.run(checkpoint, query) else {
                throw ExitStatus.interrupted.exit("stopped: --resume goes on, with the same options")
            }
            try target.removeCheckpoint()
            try Console.output(
                "\(counted(manifest.records, "record")) in \(counted(manifest.parts.count, "file")): \(target.manifest.printable)"
            )
        }
    }

    private static func occupied(_ target: ExportTarget, _ what: String) -> ExportError {
        ExportError("\(target.folder.printable): has \(what)", .usage)
    }
}
