import Foundation

/// The log of seals as the workers see it: one row, for there is one.
struct SealTable {
    private var table = Table(["SEALS", "LAST DAY", "LAST RUN", "FAULTS"])

    /// The first worker that tells of it is believed.
    init(_ readings: [StatusReading]) {
        guard let seals = readings.compactMap(\.status?.seals).first else { return }
        table.add([
            String(seals.count), seals.lastDay ?? "-", seals.lastRun?.formatted(.iso8601) ?? "-",
            String(seals.faults),
        ])
    }

    /// Writes it, unless no day is sealed.
    func print() throws(OutputError) {
        guard !table.rows.isEmpty else { return }
        try Console.output("")
        try table.print()
    }
}
