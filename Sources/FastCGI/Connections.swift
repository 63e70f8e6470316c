internal import Glibc
internal import Threads

/// All connections of a server: where the one thread that looks out waits for what comes, and gets a request's turn.
///
/// It answers what it can at once itself, one request after the other. Before it does what may take longer it hands on, and the connection
/// that it serves is its own until it gives it back. See docs/decisions/0119.
final class Connections: Sendable {
    /// Whose turn it is to look out.
    let lookout: Lookout
    /// What who hands on does beside.
    let niceness: Niceness
    let state = Locked(State())
    let door: Door
    let poller: Poller
    let stopSignal: Signal

    /// How many are asked of the kernel, and accepted, at once.
    private static let batch = 16
    /// How many may be open; the next ones wait in the backlog, for the rest of the process wants descriptors too.
    private let limit: Int
    /// Whether there are more threads than the one that looks out.
    private let hasOthers: Bool
    /// How long none is accepted where there is no room, in milliseconds.
    private static let shortagePause: Int32 = 10

    /// Those that come to this listener, for so many threads. `patience` is for how long a peer may send nothing of a request that
    /// has begun, or take nothing of its answer.
    init(listener: borrowing ListeningSocket, threads: Int, patience: Duration) throws(FastCGIError) {
        hasOthers = threads > 1
        door = Door(listener: listener, patience: patience)
        limit = Door.openLimit / 4 * 3
        poller = try Poller()
        lookout = try Lookout(for: poller)
        niceness = try Niceness()
        stopSignal = try Signal()
        for descriptor in [listener.descriptor, stopSignal.descriptor] {
            guard poller.add(descriptor) else { throw .system("epoll_ctl", "descriptor \(descriptor)") }
        }
    }

    /// Waits for a request, for the thread that looks out; nil when it is time to end.
    func next() -> Turn? {
        while true {
            let (turn, end) = state.withLock { state in
                while state.current == nil, let connection = state.ready.popLast() {
                    guard state.watched.contains(connection) else { continue }
                    state.turns += 1
                    state.current = Turn(
                        self, at: connection, number: state.turns, mayTakeTime: state.free > 0 || !hasOthers)
                }
                return (state.current, state.end)
            }
            if let turn { return turn }
            if let end {
                guard drain(until: end) else { return nil }
            } else {
                look(for: -1)
            }
        }
    }

    /// Lets another thread look out, if that of this turn does, and says whether it did.
    @discardableResult func handOn(_ turn: Turn) -> Bool {
        let isPassed = state.withLock { state in
            guard state.current?.number == turn.number else { return false }
            state.current = nil
            state.new.remove(turn.connection)
            // Within the lock: who serves it gives it back as soon as it sees that it does not look out any more.
            forget(turn.connection, &state)
            // Whoever looks out next has to come round without a request, too.
            if state.end != nil { _ = poller.add(stopSignal.descriptor) } else { listen(&state) }
            return true
        }
        if isPassed { lookout.pass() }
        return isPassed
    }

    /// Lets another thread look out, where one has been at the same turn since the call before: it did not hand that on, or hangs.
    func relieve() {
        let late = state.withLock { state in
            defer { state.seen = state.current?.number }
            return state.current?.number == state.seen ? state.current : nil
        }
        if let late { handOn(late) }
    }

    /// Ends a turn, and takes its connection back; after the order to stop that is closed.
    ///
    /// - Returns: whether the caller looks out still. Where it does not it is as nice as others again.
    func end(_ turn: Turn, _ outcome: Exchange.Connection) -> Bool {
        let (looksOut, isOver) = state.withLock { state in
            if outcome == .closed { state.open -= 1 }
            let isOver = outcome == .over || outcome == .open && state.end != nil
            guard state.current?.number == turn.number else { return (false, isOver) }
            state.current = nil
            if !state.new.isEmpty { state.new.remove(turn.connection) }
            if isOver || outcome == .closed { forget(turn.connection, &state) }
            return (true, isOver)
        }
        // Before it takes a lock that who looks out takes for each request.
        if !looksOut { niceness.lower() }
        if isOver {
            hangUp(turn.connection)
        } else if outcome == .open, !looksOut {
            giveBack(turn.connection)
        }
        return looksOut
    }

    /// Takes a connection whose request was answered by another thread, and that stays open.
    func giveBack(_ connection: Int32) {
        let isTaken = state.withLock { $0.end == nil && watch(connection, &$0) }
        if !isTaken { hangUp(connection) }
    }

    /// How many are open.
    var openCount: Int { state.withLock { $0.open } }

    /// Closes a connection that nobody watches.
    func hangUp(_ connection: Int32) {
        close(connection)
        state.withLock { $0.open -= 1 }
    }

    private func watch(_ connection: Int32, _ state: inout State) -> Bool {
        guard poller.add(connection) else { return false }
        state.watched.insert(connection)
        return true
    }

    func forget(_ connection: Int32, _ state: inout State) {
        state.watched.remove(connection)
        poller.remove(connection)
    }

    /// Listens again after a shortage; not to what the next worker listens to.
    private func listen(_ state: inout State) {
        guard !state.isListening, state.end == nil || !door.isShared else { return }
        state.isListening = poller.add(door.listener)
    }

    /// Waits for so many milliseconds; false when nothing came.
    @discardableResult func look(for milliseconds: Int32) -> Bool {
        let isListening = state.withLock { $0.isListening }
        let found = poller.wait(
            milliseconds: isListening ? milliseconds : Self.shortagePause, limit: Self.batch)
        state.withLock { state in
            listen(&state)
            for descriptor in found.reversed()
            where descriptor != door.listener && descriptor != stopSignal.descriptor {
                state.ready.append(descriptor)
            }
        }
        if found.contains(door.listener) { accept() }
        return !found.isEmpty
    }

    /// Where there is no room, a connection stays in the backlog, and the listener readable: so that is looked at later.
    private func accept() {
        for _ in 0..<Self.batch {
            switch openCount < limit ? door.accept() : .full {
            case .connection(let connection):
                let isWatched = state.withLock { state in
                    state.open += 1
                    guard watch(connection, &state) else { return false }
                    state.new.insert(connection)
                    return true
                }
                if !isWatched { hangUp(connection) }
            case .none: return
            case .full:
                state.withLock { $0.isListening = false }
                return poller.remove(door.listener)
            }
        }
    }
}
