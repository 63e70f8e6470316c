internal import AuditStores

/// Walks over the shards of a stream from a place on, in turns, until a run is full or nothing is left.
struct StreamWalk {
    private let read: ArrivalRead
    private let reader: StreamReader
    private var run: StreamRun
    private var list: ShardList
    /// When it began: a list of before may be short of a shard that a place of since has.
    private let begin: ContinuousClock.Instant

    /// What one turn came to.
    private struct Turn {
        /// Whether the run ends here.
        var isOver = false
        /// Whether anything was passed.
        var hasMoved = false
        /// Whether nothing is left, as far as can be told.
        var isAtEnd = true
        /// When DynamoDB may be asked again for what is not known.
        var pause: ContinuousClock.Instant?
        var loss: PlaceLoss?
    }

    init(
        _ read: ArrivalRead, run: StreamRun, list: ShardList, _ reader: StreamReader,
        begin: ContinuousClock.Instant
    ) {
        (self.read, self.run, self.list) = (read, run, list)
        (self.reader, self.begin) = (reader, begin)
    }

    /// Walks.
    mutating func arrivals() throws(StoreError) -> Arrivals {
        while true {
            let turn = try turn()
            if let loss = turn.loss { return .lost(loss) }
            if turn.isOver { return .run(try run.run(isAtEnd: false)) }
            if turn.isAtEnd { return .run(try run.run(isAtEnd: true)) }
            // Nobody waits for others' turn with what there is.
            let isDone = run.examined > 0 && !turn.hasMoved
            if try read.budget.isSpent() || isDone { return .run(try run.run(isAtEnd: false)) }
            if !turn.hasMoved, let pause = turn.pause { reader.wait(until: pause, read.budget.soft) }
        }
    }

    private mutating func turn() throws(StoreError) -> Turn {
        var turn = Turn()
        try cover(&turn)
        // In another order each time, since a run may be full before the last.
        let positions = run.place.positions.map { ($0.key, $0.value) }.shuffled()
        if positions.count > 1 {
            reader.readAhead(positions, since: run.place.since, in: list, until: read.budget.deadline)
        }
        let share = max(1, run.room / max(1, positions.count))
        for (name, position) in positions where turn.loss == nil && !turn.isOver {
            if position == .ended {
                try pass(name, &turn)
            } else {
                try give(name, position, atMost: share, &turn)
            }
        }
        return turn
    }

    /// Sees to it that the list has all shards of the place, and the place all of the list.
    private mutating func cover(_ turn: inout Turn) throws(StoreError) {
        let names = run.place.positions.keys
        // A list of before the place was made has not all of its shards.
        if names.contains(where: { list[$0] == nil }) || !list.missing(at: names).isEmpty {
            try listAgain(after: begin, for: &turn)
        }
        if turn.loss == nil { run.begin(list.missing(at: names)) }
    }

    /// Gives some records of a shard.
    private mutating func give(
        _ name: ShardName, _ position: ShardPosition, atMost share: Int, _ turn: inout Turn
    ) throws(StoreError) {
        let found: ShardReader.Run
        do throws(StreamFault) {
            found = try reader.read(
                name, after: position, since: run.place.since, in: list, until: read.budget.deadline)
        } catch {
            switch error {
            case .trimmed, .gone:
                try listAgain(after: begin, for: &turn)
                turn.loss = turn.loss ?? .trimmed
                return
            case .expired, .throttled, .store: throw error.storeError
            }
        }
        for entry in found.entries.prefix(share) {
            turn.hasMoved = true
            guard try !run.ends(with: entry, of: name) else {
                turn.isOver = true
                return
            }
        }
        guard found.entries.count <= share else {
            turn.isAtEnd = false
            return
        }
        switch found.tail {
        case .end: break
        case .more: turn.isAtEnd = false
        case .ended: try pass(name, &turn)
        case .pause(let until):
            turn.isAtEnd = false
            turn.pause = min(turn.pause ?? until, until)
        }
    }

    /// Goes on to what came out of a shard that is read to its end.
    private mutating func pass(_ name: ShardName, _ turn: inout Turn) throws(StoreError) {
        if list.children(of: name).isEmpty { try listAgain(for: &turn) }
        guard turn.loss == nil else { return }
        let children = list.children(of: name)
        run.end(name, children: children)
        guard children.isEmpty else {
            (turn.hasMoved, turn.isAtEnd) = (true, false)
            return
        }
        // It has gone from the list, and so have those that came out of it.
        if list[name] == nil { turn.loss = .trimmed }
        reader.awaitShards()
    }

    private mutating func listAgain(
        after time: ContinuousClock.Instant? = nil, for turn: inout Turn
    ) throws(StoreError) {
        let before = list.origin
        list = try reader.listAgain(after: time, until: read.budget.deadline)
        if list.origin != before { turn.loss = .otherStream }
    }
}
