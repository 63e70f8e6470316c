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
            group, and root, may open them.

            Examples:
              audit-query status
              audit-query status --watch
              cd /var/lib/node_exporter &&
                audit-query status --openmetrics >audit-query.prom.new &&
                mv audit-query.prom.new audit-query.prom
            """))

    @Option(help: ArgumentHelp("Where the workers' sockets are.", valueName: "path"), completion: .directory)
    var directory = defaultDirectory

    /// Where the units keep the sockets.
    static let defaultDirectory = "/run/audit-query"

    @Flag(help: "Show it again every second, until Ctrl-C.") var watch = false
    @Flag(help: "Print JSON.") var json = false
    @Flag(help: "Print all metrics as OpenMetrics text, each with its worker.") var openmetrics = false

    func validate() throws {
        guard [watch, json, openmetrics].count(where: { $0 }) < 2 else {
            throw ValidationError("--watch, --json and --openmetrics exclude each other")
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
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try Console.output(Array(try encoder.encode(readings)) + [UInt8(ascii: "\n")])
        } else if openmetrics {
            try Console.output(Array(OpenMetrics.text(of: readings.compactMap(\.openMetrics)).utf8))
        } else {
            try StatusTable(readings, before: before).print()
        }
        for reading in readings {
            if let failure = reading.failure {
                Console.error("audit-query: worker \(reading.worker) does not answer: \(failure)")
            }
        }
    }
}
