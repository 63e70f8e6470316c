internal import Dispatch
internal import Glibc
internal import Synchronization

/// Requests that wait, each with a connection from which nothing is read meanwhile.
///
/// One thread looks at what all of them wait for, as long as anybody does; one sees when a peer has gone, or a wait is over; a few
/// answer, so that however many wait for the same they take no more of the worker than that.
final class WaitingRoom: Sendable {
    /// A connection whose request waits.
    struct Guest {
        let request: ReadRequest
        let later: Later

        var descriptor: Int32 { request.connection }
    }

    /// How often what they wait for is looked at, and deadlines.
    private static let interval = Duration.milliseconds(200)
    private static let answerers = 4

    private struct State {
        var guests: [Int32: Guest] = [:]
        /// Those whose turn it is, the first to come first.
        var ready: [(guest: Guest, isOver: Bool)] = []
        var answering = 0
        var isStopping = false
    }

    private let state = Mutex(State())
    private let limit: Int
    private let patience: Duration
    private let watch: @Sendable () -> Int64?
    private let connections: Connections
    private let poller: Poller
    /// Signalled for each that is ready, and for each answerer at the end.
    private let turns = DispatchSemaphore(value: 0)
    /// Signalled when somebody comes into an empty room, and at the end: for each of the two who look.
    private let arrivals = [DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)]

    /// The number of threads that answer.
    static let threadCount = answerers

    /// A room for so many. `watch` tells what they wait for, nil where that cannot be told now; it may block. `connections` take those that
    /// are answered.
    init(
        limit: Int, patience: Duration, watch: @escaping @Sendable () -> Int64?, _ connections: Connections
    ) throws(FastCGIError) {
        (self.limit, self.patience) = (limit, patience)
        (self.watch, self.connections) = (watch, connections)
        poller = try Poller()
    }

    /// Starts its threads. Each that answers calls `exit` when it ends.
    func start(_ exit: @escaping @Sendable () -> Void) throws(FastCGIError) {
        for _ in 0..<Self.answerers {
            try startThread { [self] in
                var stint = Stint()
                while let turn = nextTurn() { stint.pass { answer(turn.guest, isOver: turn.isOver) } }
                exit()
            }
        }
        try startThread { [self] in
            while waitForGuests(0) { look() }
        }
        try startThread { [self] in
            while waitForGuests(1) { lookAtPeers() }
        }
    }

    /// How many wait.
    var count: Int { state.withLock { $0.guests.count + $0.ready.count } }

    /// How many are answered now.
    var answering: Int { state.withLock { $0.answering } }

    /// Takes somebody in; false where there is no room, or it is time to stop. In a full room who has most places gives one up to who has
    /// fewer, and is answered: so nobody takes all of them, and who is alone may have them.
    func admit(_ guest: Guest) -> Bool {
        // Whatever a web server sends before it has its answer, it wants none any more. Before it is a guest: what is watched behind its
        // turn would be seen by nobody.
        _ = poller.add(guest.descriptor, besides: PeerEvent.hasEnded)
        let (isAdmitted, isFirst, leaving): (Bool, Bool, Guest?) = state.withLock { state in
            guard !state.isStopping else { return (false, false, nil) }
            var leaving: Guest?
            if state.guests.count + state.ready.count >= limit {
                leaving = Self.leaving(state.guests.values, for: guest)
                guard let leaving else { return (false, false, nil) }
                state.guests[leaving.descriptor] = nil
                state.ready.append((leaving, true))
                poller.remove(leaving.descriptor)
            }
            state.guests[guest.descriptor] = guest
            return (true, state.guests.count == 1, leaving)
        }
        if leaving != nil { turns.signal() }
        guard isAdmitted else {
            poller.remove(guest.descriptor)
            return false
        }
        if isFirst { for arrival in arrivals { arrival.signal() } }
        return true
    }

    /// Answers all that wait, and takes nobody in any more.
    func stop() {
        state.withLock { $0.isStopping = true }
        take(isOver: true) { _ in true }
        for _ in 0..<Self.answerers { turns.signal() }
        for arrival in arrivals { arrival.signal() }
    }

    /// Gives some their turn, because their time is over or there is something to look at.
    private func take(isOver: Bool, _ isDue: (Guest) -> Bool) {
        let taken = state.withLock { state in
            let guests = state.guests.values.filter(isDue)
            for guest in guests {
                state.guests[guest.descriptor] = nil
                state.ready.append((guest, isOver))
                // Before anybody answers it: it may come back.
                poller.remove(guest.descriptor)
            }
            return guests.count
        }
        for _ in 0..<taken { turns.signal() }
    }

    private func nextTurn() -> (guest: Guest, isOver: Bool)? {
        turns.wait()
        return state.withLock { state in
            guard !state.ready.isEmpty else { return nil }
            state.answering += 1
            return state.ready.removeFirst()
        }
    }

    private func answer(_ guest: Guest, isOver: Bool) {
        defer { state.withLock { $0.answering -= 1 } }
        settle(isOver ? .reply(guest.later.end()) : guest.later.look(), guest.request)
    }

    /// Does with a request what was made of it: replies, or has it wait.
    func settle(_ handled: Handled, _ request: ReadRequest) {
        switch handled {
        case .reply(let reply): send(reply, to: request)
        case .later(let later):
            if !admit(Guest(request: request, later: later)) { send(later.end(), to: request) }
        case .putOff(let putOff): settle(putOff.answer(), request)
        }
    }

    private func send(_ reply: Reply, to request: ReadRequest) {
        let writer = ReplyWriter(descriptor: request.connection, request: request.id, patience: patience)
        let isSent = withExtendedLifetime(reply) { writer.send(reply) }
        if isSent, request.isKept {
            connections.giveBack(request.connection)
        } else {
            connections.hangUp(request.connection)
        }
        reply.afterwards?()
    }

    /// Waits until somebody is there; false at the end.
    private func waitForGuests(_ looker: Int) -> Bool {
        while true {
            let (isEmpty, isStopping) = state.withLock { ($0.guests.isEmpty, $0.isStopping) }
            guard !isStopping else { return false }
            guard isEmpty else { return true }
            arrivals[looker].wait()
        }
    }

    private func look() {
        if let mark = watch() { take(isOver: false) { $0.later.mark != mark } }
        usleep(UInt32(Self.interval / .microseconds(1)))
    }

    private func lookAtPeers() {
        for descriptor in poller.wait(milliseconds: Int32(Self.interval / .milliseconds(1)), limit: 64) {
            let hasGone = state.withLock { state in
                // The number may be another's by now, who waits and has sent nothing.
                var peer = pollfd(
                    fd: descriptor, events: Int16(POLLIN) | Int16(PeerEvent.hasEnded), revents: 0)
                guard state.guests[descriptor] != nil, poll(&peer, 1, 0) > 0 else { return false }
                return state.guests.removeValue(forKey: descriptor) != nil
            }
            // Of one that is not here somebody else takes care.
            guard hasGone else { continue }
            poller.remove(descriptor)
            connections.hangUp(descriptor)
        }
        let now = ContinuousClock.now
        take(isOver: true) { $0.later.deadline <= now }
    }
}
