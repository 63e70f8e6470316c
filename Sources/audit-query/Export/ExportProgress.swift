import AuditRecords

/// A line on the terminal that says how far an export is, how fast, and how long it will take.
struct ExportProgress {
    private let isShown: Bool
    private let range: TimeRange
    private let order: SortOrder
    private let began = ContinuousClock.now
    private let recordsBefore: Int
    private var shown = ContinuousClock.now
    private var first: Timestamp?

    /// - Parameters:
    ///   - isShown: false where no person watches.
    ///   - range: what is searched.
    ///   - order: that of the answer.
    ///   - records: how many there are from before.
    init(isShown: Bool, _ range: TimeRange, _ order: SortOrder, records: Int) {
        (self.isShown, self.range, self.order, recordsBefore) = (isShown, range, order, records)
    }

    /// So many records are there, the last of which happened at an instant.
    mutating func update(records: Int, at instant: Timestamp) {
        guard isShown else { return }
        let from = first ?? instant
        first = from
        guard shown.duration(to: .now) > .milliseconds(200) else { return }
        shown = .now
        let seconds = max(0.001, began.duration(to: .now) / .seconds(1))
        var line = "\(counted(records, "record")), \(Int(Double(records - recordsBefore) / seconds))/s"
        let end = order == .ascending ? range.end : range.start
        if let end, end > .startOfTime, end != from {
            let share = Double(instant.seconds - from.seconds) / Double(end.seconds - from.seconds)
            if share > 0, share <= 1 {
                line += ", \(Int(share * 100)) %, \(Self.time(seconds / share - seconds)) left"
            }
        }
        Console.errorInPlace(line)
    }

    /// Takes the line away.
    func clear() {
        if isShown { Console.errorInPlace("") }
    }

    private static func time(_ seconds: Double) -> String {
        let seconds = Int(max(0, min(seconds, 1e9)).rounded(.up))
        let rest = seconds % 60
        return "\(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"
    }
}
