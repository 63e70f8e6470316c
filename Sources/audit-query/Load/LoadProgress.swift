import Synchronization

/// A line on the terminal: what is being loaded, how fast, and how long it will take.
final class LoadProgress: Sendable {
    private struct State {
        var name = ""
        var size: Int64?
        var start = ContinuousClock.now
        var shown = ContinuousClock.now
        var storedBefore = 0
        var stored = 0
    }

    private let isShown: Bool
    private let state = Mutex(State())

    /// - Parameter isShown: false where no person watches; then only the count is kept.
    init(isShown: Bool) {
        self.isShown = isShown
    }

    /// Records stored so far, of all files.
    var storedCount: Int { state.withLock { $0.storedBefore + $0.stored } }

    /// Another file begins.
    func begin(_ name: String, size: Int64?) {
        state.withLock { state in
            state.storedBefore += state.stored
            state.stored = 0
            state.name = name
            state.size = size
            state.start = .now
        }
    }

    /// So many bytes of the file have been read and so many of its records stored.
    func update(sourceBytes: Int64, stored: Int) {
        let line: String? = state.withLock { state in
            state.stored = stored
            guard isShown, state.shown.duration(to: .now) > .milliseconds(200) else { return nil }
            state.shown = .now
            let seconds = max(0.001, state.start.duration(to: .now) / .seconds(1))
            let rate = Int(Double(stored) / seconds)
            var line = "\(state.name): \(stored) records, \(rate)/s"
            if let size = state.size, size > 0, sourceBytes > 0 {
                let share = Double(sourceBytes) / Double(size)
                line += ", \(Int(share * 100)) %, \(Self.time(seconds / share - seconds)) left"
            }
            return line
        }
        if let line { Console.errorInPlace(line.printable) }
    }

    /// Takes the line away, so that another can be written.
    func clear() {
        if isShown { Console.errorInPlace("") }
    }

    private static func time(_ seconds: Double) -> String {
        let seconds = Int(max(0, seconds).rounded(.up))
        let rest = seconds % 60
        return "\(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"
    }
}
