internal import AuditRecords
internal import AuditStores

/// A run of what came in a stream, while it is put together.
struct StreamRun {
    /// After so many records that were looked at the clock is.
    private static let recordsOfLook = 64

    private let read: ArrivalRead
    private let origin: UInt64
    private let mark: Int64
    private(set) var place: StreamPlace
    private var arrivals: [Arrival] = []
    private var byteCount = 0
    private(set) var examined = 0

    /// A run of nothing yet. `mark` is what it says of when it was begun.
    init(_ read: ArrivalRead, from place: StreamPlace, of origin: UInt64, mark: Int64) {
        (self.read, self.place, self.origin, self.mark) = (read, place, origin, mark)
    }

    /// How many more records it takes.
    var room: Int { read.limit - arrivals.count }

    /// Takes a record of a shard, if it is young enough and the read's restriction lets it through, and says whether the run ends there.
    ///
    /// - Throws: when nobody waits for it any more.
    mutating func ends(with entry: StreamEntry, of shard: ShardName) throws(StoreError) -> Bool {
        if let record = entry.record, entry.created >= place.since, read.restriction.matches(record) {
            byteCount += record.byteCount
            guard arrivals.isEmpty || byteCount <= read.budget.bytes else { return true }
            place.positions[shard] = .after(entry.number)
            arrivals.append(Arrival(record: record, place: try arrivalPlace()))
        } else {
            place.positions[shard] = .after(entry.number)
        }
        examined += 1
        guard arrivals.count < read.limit else { return true }
        return examined.isMultiple(of: Self.recordsOfLook) ? try read.budget.isSpent() : false
    }

    /// Begins with shards that were listed late.
    mutating func begin(_ shards: [ShardName]) {
        for shard in shards { place.positions[shard] = .beginning }
    }

    /// A shard is read to its end: those that came out of it are next.
    mutating func end(_ shard: ShardName, children: [ShardName]) {
        guard !children.isEmpty else {
            place.positions[shard] = .ended
            return
        }
        place.positions[shard] = nil
        for child in children where place.positions[child] == nil { place.positions[child] = .beginning }
    }

    /// The run that ends here.
    func run(isAtEnd: Bool) throws(StoreError) -> ArrivalRun {
        ArrivalRun(arrivals: arrivals, end: try arrivalPlace(), isAtEnd: isAtEnd)
    }

    private func arrivalPlace() throws(StoreError) -> ArrivalPlace {
        ArrivalPlace(origin: origin, number: mark, positions: try place.bytes())
    }
}
