internal import AuditStores
internal import Synchronization
internal import Threads

/// The table's stream, as all who follow in this process read it.
final class StreamReader: Sendable {
    /// How long DynamoDB keeps what came, in seconds (docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html).
    private static let retention: Int64 = 86_400
    /// Who begins now is told what came in so many seconds before, too, where nobody here knows better: clocks may differ by as much.
    private static let margin: Int64 = 300
    /// Bytes of records that are held for who reads them next.
    static let capacity = 16 << 20
    /// Shards that are read at once.
    static let mostReaders = 8
    /// How old a list of the shards may be: for who begins, where what comes out of a shard is awaited, and otherwise.
    private static let ages = (
        beginning: Duration.seconds(10), awaited: Duration.seconds(1), usual: Duration.seconds(60)
    )

    private struct Listing {
        var list: ShardList?
        var read: ContinuousClock.Instant?
        var failure: (error: StoreError, time: ContinuousClock.Instant)?
    }

    private let calls: StreamCalls
    private let pace: StreamPace
    private let onFault: @Sendable (ItemFault) -> Void
    private let listing = Mutex(Listing())
    private let readers = Mutex<(stream: String, shards: [ShardName: ShardReader])>(("", [:]))
    /// Grows with everything that comes.
    private let news = NewsCount()
    /// Whether somebody waits for what comes out of a shard that has ended.
    private let awaitsShards = Atomic<Bool>(false)
    private let helpers = HelperThreads(limit: StreamReader.mostReaders)

    init(_ calls: StreamCalls, _ pace: StreamPace, onFault: @escaping @Sendable (ItemFault) -> Void) {
        (self.calls, self.pace, self.onFault) = (calls, pace, onFault)
    }

    /// Where the stream ends now.
    func end(until deadline: ContinuousClock.Instant) throws(StoreError) -> ArrivalPlace {
        let mark = news.value
        let list = try list(readAfter: pace.now() - Self.ages.beginning, until: deadline)
        let names = list.leaves
        guard !names.isEmpty else {
            throw StoreError(.busy, "DynamoDB Streams: the table's stream has no shards yet")
        }
        let since = pace.wall() - Self.margin
        let found = helpers.map(names.count) { [self] index in
            Result { () throws(StreamFault) in try reader(names[index], in: list).end(until: deadline) }
        }
        var positions: [ShardName: ShardPosition] = [:]
        do throws(StreamFault) {
            for (name, position) in zip(names, found) { positions[name] = try position.get() }
        } catch {
            throw error.storeError
        }
        let place = StreamPlace(since: since, positions: positions)
        return ArrivalPlace(origin: list.origin, number: mark, positions: try place.bytes())
    }

    /// Looks at the ends of the shards where somebody waits, and tells by another number whether anything came since.
    func mark(until deadline: ContinuousClock.Instant) throws(StoreError) -> Int64 {
        let waiting = Array(readers.withLock { $0.shards }.values)
        let looks = helpers.map(waiting.count) { index in
            Result { () throws(StreamFault) in try waiting[index].look(until: deadline) }
        }
        if awaitsShards.load(ordering: .relaxed) {
            _ = try list(readAfter: pace.now() - Self.ages.awaited, until: deadline)
        }
        // Who is behind what has failed finds out when it is his turn.
        for case .failure in looks { news.note() }
        return news.value
    }

    /// What came behind a place: of each shard in its order, of the shards in turns, and of those that came out of one when all of it
    /// has been given.
    func arrivals(_ read: ArrivalRead) throws(StoreError) -> Arrivals {
        try read.budget.checkDeadline()
        let (mark, begin) = (news.value, pace.now())
        var list = try list(readAfter: begin - Self.ages.usual, until: read.budget.deadline)
        if let place = read.place, place.origin != list.origin {
            list = try self.list(readAfter: begin, until: read.budget.deadline)
            guard place.origin == list.origin else { return .lost(.otherStream) }
        }
        var place = StreamPlace(
            since: 0, positions: Dictionary(uniqueKeysWithValues: list.roots.map { ($0, .beginning) }))
        if let given = read.place {
            guard let opened = StreamPlace(given.positions) else { return .lost(.otherStream) }
            place = opened
        }
        var walk = StreamWalk(
            read, run: StreamRun(read, from: place, of: list.origin, mark: mark), list: list, self,
            begin: begin)
        return try walk.arrivals()
    }

    /// What there is of a shard behind a position of a place that began then.
    func read(
        _ name: ShardName, after position: ShardPosition, since: Int64, in list: ShardList,
        until deadline: ContinuousClock.Instant
    ) throws(StreamFault) -> ShardReader.Run {
        let reader = try reader(name, in: list)
        // Where this process does not know the position, it reads what is young enough: that has to be there still.
        if case .opened = position, pace.wall() - since > Self.retention, !reader.holds(position) {
            throw .trimmed
        }
        return try reader.read(after: position, room: roomOfShard, until: deadline)
    }

    /// The shards again, as what comes out of one that has ended is not there yet; or, where one has to be there and is not, as they
    /// are now.
    func listAgain(
        after time: ContinuousClock.Instant? = nil, until deadline: ContinuousClock.Instant
    ) throws(StoreError) -> ShardList {
        try list(readAfter: time ?? pace.now() - Self.ages.awaited, until: deadline)
    }

    /// From now on the list of shards is looked at while anybody waits.
    func awaitShards() { awaitsShards.store(true, ordering: .relaxed) }

    /// Reads ahead in several shards at once. What fails fails again when it is that shard's turn.
    func readAhead(
        _ positions: [(ShardName, ShardPosition)], since: Int64, in list: ShardList,
        until deadline: ContinuousClock.Instant
    ) {
        _ = helpers.map(positions.count) { [self] index in
            let (name, position) = positions[index]
            if position != .ended, list[name] != nil {
                _ = try? read(name, after: position, since: since, in: list, until: deadline)
            }
        }
    }

    /// Waits until one of two times.
    func wait(until times: ContinuousClock.Instant...) {
        guard let first = times.min() else { return }
        let pause = first - pace.now()
        if pause > .zero { pace.wait(pause) }
    }

    /// Who reads a shard of the list.
    private func reader(_ name: ShardName, in list: ShardList) throws(StreamFault) -> ShardReader {
        guard let shard = list[name] else { throw .gone }
        return readers.withLock { readers in
            if readers.stream != list.stream { readers = (list.stream, [:]) }
            if let known = readers.shards[name] { return known }
            let reader = ShardReader(shard, of: list.stream, calls, pace) { [news, onFault] faults in
                news.note()
                for fault in faults { onFault(fault) }
            }
            readers.shards[name] = reader
            return reader
        }
    }

    private var roomOfShard: Int { Self.capacity / max(1, readers.withLock { $0.shards.count }) }

    private func list(
        readAfter time: ContinuousClock.Instant, until deadline: ContinuousClock.Instant
    ) throws(StoreError) -> ShardList {
        try listing.withLock { listing throws(StoreError) in
            let now = pace.now()
            if let list = listing.list, let read = listing.read, time < read { return list }
            if let failure = listing.failure, now < failure.time + Self.ages.awaited { throw failure.error }
            do throws(StoreError) {
                let list = try calls.shards(until: deadline)
                if list.names != listing.list?.names || list.stream != listing.list?.stream {
                    awaitsShards.store(false, ordering: .relaxed)
                    news.note()
                }
                readers.withLock { readers in
                    readers.shards = readers.shards.filter { list[$0.key] != nil }
                }
                listing = Listing(list: list, read: now)
                return list
            } catch {
                listing.failure = (error, now)
                throw error
            }
        }
    }
}

/// Counts what comes.
final class NewsCount: Sendable {
    private let count = Atomic<Int64>(1)

    var value: Int64 { count.load(ordering: .acquiring) }

    func note() { count.add(1, ordering: .acquiringAndReleasing) }
}
