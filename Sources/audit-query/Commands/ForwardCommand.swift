import ArgumentParser
import AuditRecords
import AuditStores
import Files
import Forwarding
import Foundation
import QueryService
import RecordForms
import Threads

/// `audit-query forward`: what comes into the store, to one place elsewhere.
struct ForwardCommand: ParsableCommand {
    enum Beginning: String, ExpressibleByArgument, CaseIterable {
        case start, now
    }

    static let configuration = CommandConfiguration(
        commandName: "forward",
        abstract: "Send what comes into the store, or to a server, elsewhere, and go on.",
        discussion: .help(
            """
            Records go to one place in the order in which they came into the store, those that come late and those that
            replace others too: each at least once, also when this command is killed or the far end is away for days. What
            is there for sure stands in --checkpoint. The first time, --begin says whether to send all (start) or what comes
            from now on (now).

            What the far end refuses for good is put into --dead-letters, with the reason, and the rest goes on. When that
            file has 256 MiB, forwarding stops.

            With --url records are a server's, by /v1/changes, with what the key may see of them.

            docs/forwarding.md has recipes, and says what each far end can lose. The unit audit-query-forward@NAME runs this.

            Examples:
              audit-query forward --to file:/srv/siem/audit.ndjson \\
                --checkpoint audit.place --begin start --once
              audit-query forward --to syslog+tls://siem.example.com --ca-file ca.pem \\
                --as cef --checkpoint siem.place --begin now
              audit-query forward --to splunk+https://splunk.example.com:8088 \\
                --token-file hec.token --as ocsf --filter 'outcome eq "denied"' \\
                --omit details.password --checkpoint splunk.place --begin now
              audit-query forward --url https://audit.example.com --key-file audit.key \\
                --to file:/srv/siem/audit.ndjson --checkpoint audit.place --begin start
            """))

    @OptionGroup var configurationFile: ConfigurationOption
    @OptionGroup var origin: ForwardSourceOptions
    @OptionGroup var far: ForwardOptions

    @Option(
        help: ArgumentHelp("Where it is kept how far the far end has it.", valueName: "file"),
        completion: .file())
    var checkpoint: String

    @Option(
        help: ArgumentHelp(
            "For what the far end refuses. (default: the checkpoint's name with .refused behind it)",
            valueName: "file"),
        completion: .file())
    var deadLetters: String?

    @Option(help: "Where to begin without a checkpoint: start or now. (default: it must be said)") var begin:
        Beginning?

    @Flag(help: "End when all is there that the store has.") var once = false

    @Option(help: "Only records of this system. (default: of all)") var system: String?

    @Option(
        help: ArgumentHelp(
            "Only records that say this, such as 'outcome eq \"failure\"'. (default: all)",
            valueName: "expression"),
        completion: PathCompletion.kind(.filter))
    var filter: String?

    @Option(
        help: ArgumentHelp(
            "An attribute to leave out: a name, at any depth, or a path. May be given again. (default: none)",
            valueName: "attribute"))
    var omit: [String] = []

    /// What is refused may take so much of the disk.
    private static let deadLetterBytes = 256 << 20

    func validate() throws {
        _ = try condition()
        _ = try omitted()
        guard origin.url != nil, configurationFile.path != nil else { return }
        throw ValidationError("--config is for the store, and --url for a server: give one of them")
    }

    func run() throws {
        // Catching up reads a whole store.
        Niceness.yieldToWorkers()
        let stop = StopRequest()
        Interruption.watch(stop) {}
        // Behind that, for it starts a thread.
        BackgroundWork.begin()
        guard origin.url != nil else {
            return try configurationFile.reporting { try forwardAlone(store(), stop) }
        }
        try ExitStatus.reporting {
            guard let server = try origin.server() else { return }
            let parameters = QueryParameters(systemId: system, filter: filter)
            let found = try ForwardCheckpoint.read(checkpoint)
            try forwardAlone(ServerForwardSource(server, parameters, from: found, once: once), stop)
        }
    }

    /// The configured store.
    private func store() throws -> StoreForwardSource {
        let settings = try configurationFile.settings()
        let composition = try Composition(settings, instruments: Instruments(log: .standardError(settings)))
        let store = try composition.store(for: .read)
        guard let followed = store.records as? any FollowedStore else {
            throw SettingsError(
                description:
                    "store.kind: a store of kind \(store.kind) keeps no order of arrival to forward by: forward from "
                    + "where records come from, or from a store of kind sqlite or postgresql")
        }
        return StoreForwardSource(
            store: followed, restriction: Restriction(systemId: system.map { Identifier($0) }, scope: .all),
            condition: try condition())
    }

    private func forwardAlone(_ source: some ForwardSource, _ stop: StopRequest) throws {
        let done: Void? = try LocalFile.withLockIfFree(checkpoint + ".lock") { try forward(source, stop) }
        guard done != nil else {
            throw ExitStatus.busy.exit(
                "--checkpoint: \(checkpoint.printable): another process forwards by it")
        }
    }

    private func forward(_ source: some ForwardSource, _ stop: StopRequest) throws {
        let attributes = ForwardedAttributes(omitted: try omitted())
        let end = far.farEnd()
        let letters = try DeadLetters(deadLetters ?? checkpoint + ".refused", limit: Self.deadLetterBytes)
        let writer = RecordFormWriter(far.form, version: AuditQueryCommand.version)
        let report = ForwardReport(
            besides: checkpoint, of: end.name, refused: letters.total,
            wall: { TimeSource.system.wall().seconds })
        var run = ForwardRun(
            to: end, letters, from: try beginning(end, source), at: checkpoint, report: report,
            batch: { ForwardedBatch(writer) },
            ForwardRun.Surroundings(
                read: source.read(after:), visible: attributes.visible,
                isStopped: { wait in
                    if wait > .zero { stop.wait(within: wait) }
                    return stop.isMade
                },
                tell: { Console.error("audit-query: \($0.printable)") }))
        try run.run(once: once)
        let refused =
            letters.count > 0 ? "; \(counted(letters.count, "record")) refused, in \(letters.path)" : ""
        try Console.output("\(counted(run.count, "record")) to \(end.name)\(refused)")
    }

    /// The checkpoint, or the first one.
    private func beginning(_ end: any FarEnd, _ source: some ForwardSource) throws -> ForwardCheckpoint {
        if let found = try ForwardCheckpoint.read(checkpoint, of: end.name) { return found }
        let place: String
        switch begin {
        case .start: place = ""
        case .now: place = try source.end()
        case nil:
            throw ExitStatus.usage.exit(
                "--checkpoint: \(checkpoint.printable) is not there yet: say by --begin start that all records are sent, or by --begin "
                    + "now that those are which come from now on")
        }
        let first = ForwardCheckpoint(farEnd: end.name, place: place)
        try first.write(to: checkpoint)
        return first
    }

    private func condition() throws(ValidationError) -> RecordCondition? {
        guard let filter else { return nil }
        do throws(FilterError) {
            return RecordCondition(filter: try RecordFilter(Array(filter.utf8)), search: nil)
        } catch {
            throw ValidationError("--filter \(error)")
        }
    }

    private func omitted() throws(ValidationError) -> HiddenAttributes {
        do throws(HiddenAttributesError) {
            return try HiddenAttributes(spelled: omit)
        } catch {
            throw ValidationError("--omit \(error)")
        }
    }
}
