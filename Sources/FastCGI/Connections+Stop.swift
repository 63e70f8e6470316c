internal import Threads

extension Connections {
    /// How long one may bring its first request after the order to stop: it is on the way.
    private static let grace = Duration.seconds(1)

    /// Makes the thread that looks out, now or later, see that it is time to stop. Those that have brought a request go at once,
    /// or when that one is answered which has come.
    func stop() {
        state.withLock { $0.end = .now + Self.grace }
        stopSignal.set()
    }

    /// Looks for what has come before the order to stop, and closes what brings nothing; false when there is no more.
    ///
    /// A socket that systemd shares is left alone from then on: its backlog waits for the next worker. Nobody else will take what waits
    /// on our own, so that is still served.
    func drain(until end: ContinuousClock.Instant) -> Bool {
        poller.remove(stopSignal.descriptor)
        if door.isShared { poller.remove(door.listener) }
        let isListening = door.isShared || state.withLock { $0.isListening }
        if look(for: 0) { return true }
        let left = max(.zero, end - .now)
        let (idle, isExpecting) = state.withLock { state in
            let idle = left > .zero ? state.watched.subtracting(state.new) : state.watched
            for connection in idle { forget(connection, &state) }
            return (idle, !state.watched.isEmpty || !isListening && left > .zero)
        }
        for connection in idle { hangUp(connection) }
        if isExpecting { look(for: Int32(left / .milliseconds(1)) + 1) } else { lookout.end() }
        return isExpecting
    }
}
