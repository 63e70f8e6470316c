import ArgumentParser
import Foundation
import Telemetry

/// `audit-query status`: the workers of this host as they are now.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show each worker of this host: what it does, how fast it is, and what state it is in.",
        discussion: .help(
            """
            Asks the workers' status sockets, which stand beside the sockets that they serve. Only the workers' user and
            group, and root, may open them. Behind the workers stand the indexes of attributes and of words that the embedded
            store has, each complete or with how many records it has up to now; where days are sealed, how far that is; and
            each forwarder of this host, running or not, with how far it is behind.

            --prometheus is for node_exporter's textfile collector, which audit-query-metrics.timer feeds; --openmetrics
            is for what reads OpenMetrics. Both have all metrics of all workers, and audit_query_worker_up of those that
            do not answer. docs/operations.md tells what is in --json.

            Examples:
              audit-query status
              audit-query status --watch
              audit-query status --prometheus >audit-query.prom.new &&
                mv audit-query.prom.new audit-query.prom
            """))

    @Option(help: ArgumentHelp("Where the workers' sockets are.", valueName: "path"), completion: .directory)
    var directory = defaultDirectory

    /// Where the units keep the sockets.
    static let defaultDirectory = "/run/audit-query"

    @Flag(help: "Show it again every second, until Ctrl-C.") var watch = false
    @Flag(help: "Print JSON.") var json = false
    @Flag(help: "Print all metrics in Prometheus' text format, each with its worker.") var prometheus = false
    @Flag(help: "Print all metrics as OpenMetrics text, each with its worker.") var openmetrics = false

    func validate() throws {
        guard [watch, json, prometheus, openmetrics].count(where: { $0 }) < 2 else {
            throw ValidationError("--watch, --json, --prometheus and --openmetrics exclude each other")
        }
    }

    func run() throws {
        try ExitStatus.reporting {
            var before: [StatusReading] = []
            repeat {
                let readings = try StatusReading.all(in: directory)
                if watch, Console.isOutputTerminal { try Console.output("\u{1B}[H\u{1B}[J") }
                try show(readings, before)
                before = readings
                if watch { Thread.sleep(forTimeInterval: 1) }
            } while watch
            if before.contains(where: { $0.status == nil }) { throw ExitCode(ExitStatus.partial.rawValue) }
        }
    }

    private func show(_ readings: [StatusReading], _ before: [StatusReading]) throws {
        if json {
            try Console.output(json: readings)
        } else if prometheus || openmetrics {
            let format = prometheus ? ExpositionFormat.prometheus : .openMetrics
            try Console.output(Array(format.text(of: readings.map(\.metrics)).utf8))
        } else {
            try StatusTable(readings, before: before).print()
            try IndexTable(readings).print()
            try SealTable(readings).print()
            try ForwarderTable(readings).print()
        }
        for reading in readings {
            if let failure = reading.failure {
                Console.error("audit-query: worker \(reading.worker) does not answer: \(failure)")
            }
            if let store = reading.status?.store, !store.isAnswering, let failure = store.lastFailure {
                Console.error(
                    "audit-query: worker \(reading.worker): the store does not answer: \(failure.error.printable) "
                        + "(\(failure.time.formatted(.iso8601)))")
            }
        }
    }
}
