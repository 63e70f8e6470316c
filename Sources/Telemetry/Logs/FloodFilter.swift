internal import Logging

/// Leaves out warnings and errors that repeat others of the last seconds, and says how many they were. A few are no
/// flood: whoever tries something again and again sees each time what came of it.
///
/// Two are the same that differ in nothing but the request they belong to: an outage says the same of every request.
/// A value without locks or clock: its owner keeps it in a Mutex and says what time it is.
struct FloodFilter {
    /// How long a repetition is left out before the count of them is written.
    static let window = Duration.seconds(10)
    /// How many equal ones are written in that time.
    static let burst = 5
    /// Different ones that are counted at a time. What comes beyond is written as it is.
    static let capacity = 256

    private struct Identity: Hashable {
        let message: String
        let fields: [LogEntry.Field]
    }

    private struct Repetition {
        let since: ContinuousClock.Instant
        var last: LogEntry
        var written = 1
        var count = 0
    }

    /// What belongs to one request only.
    private static let ofOneRequest: Set = ["REQUEST_ID", "TRACE_ID", "STORE_MS", "API_KEY_ID"]

    private var repetitions: [Identity: Repetition] = [:]

    /// What is to be written when an entry comes: itself, nothing, or a count and itself.
    mutating func pass(_ entry: LogEntry, now: ContinuousClock.Instant) -> [LogEntry] {
        guard entry.level >= .warning else { return [entry] }
        let identity = Identity(
            message: entry.message, fields: entry.fields.filter { !Self.ofOneRequest.contains($0.name) })
        guard var repetition = repetitions[identity] else {
            if repetitions.count < Self.capacity {
                repetitions[identity] = Repetition(since: now, last: entry)
            }
            return [entry]
        }
        guard now - repetition.since < Self.window else {
            repetitions[identity] = Repetition(since: now, last: entry)
            return Self.summary(repetition) + [entry]
        }
        let isFlood = repetition.written >= Self.burst
        if isFlood { repetition.count += 1 } else { repetition.written += 1 }
        repetition.last = entry
        repetitions[identity] = repetition
        return isFlood ? [] : [entry]
    }

    /// The counts whose time has come.
    mutating func due(now: ContinuousClock.Instant) -> [LogEntry] {
        let ended = repetitions.filter { now - $0.value.since >= Self.window }
        for identity in ended.keys { repetitions[identity] = nil }
        return ended.values.sorted { $0.since < $1.since }.flatMap(Self.summary)
    }

    /// The last of those that were left out, and how many they were.
    private static func summary(_ repetition: Repetition) -> [LogEntry] {
        guard repetition.count > 0 else { return [] }
        var entry = repetition.last
        entry.fields.append(LogEntry.Field("REPEATED", String(repetition.count)))
        return [entry]
    }
}
