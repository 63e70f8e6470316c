internal import AuditStores
internal import Synchronization

/// One shard, as all who follow in this process read it: what one has read, the others need not ask for.
final class ShardReader: Sendable {
    /// What there is behind a position.
    struct Run {
        let entries: ArraySlice<StreamEntry>
        let tail: Tail
    }

    enum Tail {
        /// More may be there.
        case more
        /// Nothing was, a moment ago.
        case end
        /// Nothing ever comes any more.
        case ended
        /// Nothing is known: DynamoDB is not to be asked until then.
        case pause(until: ContinuousClock.Instant)
    }

    /// What came of asking for more.
    private enum Asked {
        case answered
        /// It may be asked again: an iterator had expired.
        case expired
        case tooOften(until: ContinuousClock.Instant)
    }

    private struct State {
        var segments = ShardSegments()
        var pace: ShardPace
        var failure: (fault: StreamFault, time: ContinuousClock.Instant)?
    }

    /// Whoever waited for an attempt that failed makes no other one.
    private static let memory = Duration.seconds(1)
    /// So long ago somebody looked who may still wait.
    private static let waiting = Duration.seconds(60)

    let shard: StreamShard
    private let stream: String
    private let calls: StreamCalls
    private let pace: StreamPace
    /// Is told that something came, and what came that is no record.
    private let note: @Sendable ([ItemFault]) -> Void
    private let state: Mutex<State>

    init(
        _ shard: StreamShard, of stream: String, _ calls: StreamCalls, _ pace: StreamPace,
        note: @escaping @Sendable ([ItemFault]) -> Void
    ) {
        (self.shard, self.stream, self.calls) = (shard, stream, calls)
        (self.pace, self.note) = (pace, note)
        state = Mutex(State(pace: ShardPace(pace)))
    }

    /// Whether this process knows where a position is without asking.
    func holds(_ position: ShardPosition) -> Bool {
        state.withLock { $0.segments.index(holding: position) != nil }
    }

    /// What is behind a position, of which at most so many bytes are held for others. Asks DynamoDB where it has to and may.
    func read(
        after position: ShardPosition, room: Int, until deadline: ContinuousClock.Instant
    ) throws(StreamFault) -> Run {
        try state.withLock { state throws(StreamFault) in
            var hasAsked = false
            while true {
                let index =
                    state.segments.index(holding: position)
                    ?? state.segments.begin(ShardSegment(after: position, now: pace.now()))
                state.segments[index].used = pace.now()
                let rest = state.segments[index].rest(behind: position) ?? .init(entries: [], isEnded: false)
                let (isCaughtUp, due) = (state.segments[index].isCaughtUp, state.segments[index].due)
                if !rest.entries.isEmpty {
                    state.segments.cut(to: room, using: index)
                    return Run(entries: rest.entries, tail: rest.isEnded ? .ended : isCaughtUp ? .end : .more)
                }
                if rest.isEnded { return Run(entries: [], tail: .ended) }
                if isCaughtUp, hasAsked || pace.now() < due { return Run(entries: [], tail: .end) }
                switch try ask(index, &state, until: deadline) {
                case .answered: hasAsked = true
                case .expired: break
                case .tooOften(let time):
                    return Run(entries: [], tail: isCaughtUp ? .end : .pause(until: time))
                }
            }
        }
    }

    /// Where the shard ends now.
    func end(until deadline: ContinuousClock.Instant) throws(StreamFault) -> ShardPosition {
        if shard.isClosed { return .ended }
        return try state.withLock { state throws(StreamFault) in
            // Iterators of long ago go first.
            for _ in 0...ShardSegments.most {
                let index = state.segments.lastCaughtUp ?? open(&state)
                if state.segments[index].isEnded { return .ended }
                if state.segments[index].due > pace.now() { return state.segments[index].end }
                switch try ask(index, &state, until: deadline) {
                case .answered: return state.segments[index].isEnded ? .ended : state.segments[index].end
                case .expired: continue
                case .tooOften: throw .throttled
                }
            }
            throw .expired
        }
    }

    /// Begins at the end.
    private func open(_ state: inout State) -> Int {
        let mark = UInt64.random(in: .min ... .max)
        return state.segments.begin(ShardSegment(after: .opened(mark), isOfEnd: true, now: pace.now()))
    }

    /// Looks at the ends where somebody waits, if it is time to.
    func look(until deadline: ContinuousClock.Instant) throws(StreamFault) {
        try state.withLock { state throws(StreamFault) in
            for start in state.segments.all.map(\.start) {
                guard let index = state.segments.all.firstIndex(where: { $0.start == start }) else {
                    continue
                }
                let segment = state.segments[index]
                let now = pace.now()
                guard segment.isCaughtUp, !segment.isEnded, segment.due <= now,
                    now < segment.used + Self.waiting
                else { continue }
                _ = try ask(index, &state, until: deadline)
            }
        }
    }

    /// Asks for what is behind a segment, if that may be done.
    private func ask(
        _ index: Int, _ state: inout State, until deadline: ContinuousClock.Instant
    ) throws(StreamFault) -> Asked {
        if let failure = state.failure, pace.now() < failure.time + Self.memory { throw failure.fault }
        if let time = state.pace.take() { return .tooOften(until: time) }
        do throws(StreamFault) {
            let iterator = try iterator(of: state.segments[index], until: deadline)
            state.segments[index].iterator = iterator
            let answer = try calls.records(at: iterator, until: deadline)
            state.pace.goOn()
            let isNew = state.segments[index].take(answer, emptyAnswers: pace.emptyAnswers)
            state.segments[index].due = state.pace.nextLook
            if isNew { note(answer.faults) }
            return .answered
        } catch {
            switch error {
            case .throttled:
                state.pace.slowDown()
                state.segments[index].due = state.pace.nextLook
                return .tooOften(until: state.pace.take() ?? pace.now())
            case .expired:
                state.segments[index].iterator = nil
                // What came since it was opened is read from the shard's beginning.
                if state.segments[index].beginning(in: shard) == nil { state.segments.remove(at: index) }
                return .expired
            case .trimmed, .gone: state.segments.remove(at: index)
            case .store: state.failure = (error, pace.now())
            }
            throw error
        }
    }

    private func iterator(
        of segment: ShardSegment, until deadline: ContinuousClock.Instant
    ) throws(StreamFault) -> String {
        if let iterator = segment.iterator { return iterator }
        return try calls.iterator(
            of: shard.id, in: stream, from: segment.beginning(in: shard) ?? .latest, until: deadline)
    }
}
