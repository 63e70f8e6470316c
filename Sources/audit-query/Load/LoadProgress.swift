import Synchronization

/// How far a load has come, and a line on the terminal that says so: what is being loaded, how fast, and how long
/// it will take.
final class LoadProgress: Sendable {
    private struct State {
        var position = LoadPosition()
        var name = ""
        var size: Int64?
        var start = ContinuousClock.now
        var shown = ContinuousClock.now
        var storedBefore = 0
    }

    private let isShown: Bool
    private let state: Mutex<State>

    /// - Parameters:
    ///   - isShown: false where no person watches; then only the position is kept.
    ///   - skip: Entries of the first file that an earlier load has settled.
    init(isShown: Bool, skipping skip: Int = 0) {
        self.isShown = isShown
        state = Mutex(State(position: LoadPosition(settledEntries: skip)))
    }

    /// What is certain now.
    var position: LoadPosition { state.withLock { $0.position } }

    /// Another file begins.
    func begin(_ name: String, size: Int64?, at position: LoadPosition) {
        state.withLock { state in
            state.position = position
            state.storedBefore = state.position.storedCount
            state.name = name
            state.size = size
            state.start = .now
        }
    }

    /// So many bytes of the file have been read, and the load has come so far.
    func update(sourceBytes: Int64, at position: LoadPosition) {
        let line: String? = state.withLock { state in
            state.position = position
            guard isShown, state.shown.duration(to: .now) > .milliseconds(200) else { return nil }
            state.shown = .now
            return Self.line(state, sourceBytes)
        }
        if let line { Console.errorInPlace(line.printable) }
    }

    /// Takes the line away, so that another can be written.
    func clear() {
        if isShown { Console.errorInPlace("") }
    }

    private static func line(_ state: State, _ sourceBytes: Int64) -> String {
        let stored = state.position.storedCount - state.storedBefore
        let seconds = max(0.001, state.start.duration(to: .now) / .seconds(1))
        let rate = Int(Double(stored) / seconds)
        var line = "\(state.name): \(counted(stored, "record")), \(rate)/s"
        if let size = state.size, size > 0, sourceBytes > 0 {
            let share = Double(sourceBytes) / Double(size)
            line += ", \(Int(share * 100)) %, \(Self.time(seconds / share - seconds)) left"
        }
        return line
    }

    private static func time(_ seconds: Double) -> String {
        let seconds = Int(max(0, seconds).rounded(.up))
        let rest = seconds % 60
        return "\(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"
    }
}
