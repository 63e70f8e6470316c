import AuditRecords
import Synchronization

/// Cuts a range into parts that are read at once, in the order of the answer. How long they are follows how many records the
/// ones before had; what is written does not depend on it.
final class ExportSlices: Sendable {
    /// A part of the range, and which one it is.
    struct Slice {
        let index: Int
        let range: TimeRange
    }

    private struct State {
        var start: Timestamp
        var end: Timestamp
        var seconds: Int64
        var count = 0
    }

    /// A part is to have about so many records.
    private static let fewest = 1000
    private static let most = 4 * fewest

    private let order: SortOrder
    private let longest: Int64
    private let state: Mutex<State>

    /// Cuts what lies between two instants. One question may be about `longest` seconds.
    init(from start: Timestamp, before end: Timestamp, _ order: SortOrder, longest: Int64) {
        self.order = order
        self.longest = longest
        state = Mutex(State(start: start, end: end, seconds: min(longest, 3600)))
    }

    /// The next part; nil behind the last.
    func next() -> Slice? {
        state.withLock { state in
            guard state.start < state.end else { return nil }
            var range = TimeRange(start: state.start, end: state.end)
            if order == .ascending {
                let end = min(state.end, state.start.advanced(bySeconds: state.seconds))
                range = TimeRange(start: state.start, end: end)
                state.start = end
            } else {
                let start = max(state.start, state.end.advanced(bySeconds: -state.seconds))
                range = TimeRange(start: start, end: state.end)
                state.end = start
            }
            defer { state.count += 1 }
            return Slice(index: state.count, range: range)
        }
    }

    /// A part had so many records.
    func note(_ count: Int) {
        state.withLock { state in
            if count < Self.fewest {
                state.seconds = min(longest, state.seconds * (count == 0 ? 4 : 2))
            } else if count > Self.most {
                state.seconds = max(1, state.seconds / (count > 4 * Self.most ? 4 : 2))
            }
        }
    }
}
