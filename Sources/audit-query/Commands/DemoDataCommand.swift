import DemoData
import AuditRecords
import ArgumentParser

/// `audit-query demo-data`: records to try things with.
struct DemoDataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-data",
        abstract: "Print made-up audit records, one JSON object a line.",
        discussion: .help(
            """
            The same options give the same bytes. The records cover 30 days up to --until.

            Example:
              audit-query demo-data --records 10000 --seed 7 | audit-query load -
            """))

    @Option(help: "How many records.") var records = 1000
    @Option(help: "Another number gives other records.") var seed: UInt64 = 1
    @Option(help: ArgumentHelp("The last day.", valueName: "date")) var until = "2024-01-31"

    func validate() throws {
        guard records >= 0 else { throw ValidationError("--records must not be negative") }
    }

    func run() throws {
        let day: Day
        do throws(TimestampError) {
            day = try Day.parse(Array(until.utf8))
        } catch {
            throw ValidationError("--until \(until.printable) is not a day such as 2024-01-31")
        }
        var demo = DemoRecords(seed: seed, until: day, count: records)
        var lines: [UInt8] = []
        while let line = demo.next() {
            lines += line
            if lines.count > 64 * 1024 {
                try Console.output(lines)
                lines.removeAll(keepingCapacity: true)
            }
        }
        try Console.output(lines)
    }
}
