import Foundation

/// Forwarders as the workers see them, a row each.
struct ForwarderTable {
    private var table = Table(["FORWARDER", "BEHIND", "LAG", "LAST DELIVERY", "REFUSED", "FAR END", "STATE"])

    /// The first worker that tells of them is believed.
    init(_ readings: [StatusReading], now: Date = .now) {
        for each in readings.compactMap(\.status?.forwarders).first ?? [] {
            table.add([
                each.name.printable, each.backlog.map { counted(Int($0), "record") } ?? "?",
                StatusTable.text(seconds: Double(each.lagSeconds)),
                each.delivered?.formatted(.iso8601) ?? "-", String(each.refused), each.farEnd.printable,
                each.state(at: now),
            ])
        }
    }

    /// Writes it, unless there are none.
    func print() throws(OutputError) {
        guard !table.rows.isEmpty else { return }
        try Console.output("")
        try table.print()
    }
}

extension ForwarderStatus {
    /// Who has not told of itself for so long does not run, or its clock was set.
    private static let silence: TimeInterval = 60

    /// What it does.
    func state(at now: Date) -> String {
        if let failure { return failure.printable }
        guard let seen else { return "not seen yet" }
        let age = now.timeIntervalSince(seen)
        return age > Self.silence ? "not seen for \(StatusTable.text(seconds: age))" : "ok"
    }
}
