/// Where records are kept. Thin on purpose: planning, paging, filters and cursors are the same code above
/// every store. Calls block, and come on many threads at once.
public protocol RecordStore: Sendable {
    /// How many partitions of one question are worth reading at once: 1 where a read costs no round trip.
    var readsAtOnce: Int { get }

    /// Reads a run of one partition in the order of ``RecordKey``, ascending or descending.
    func read(_ read: RangeRead) throws(StoreError) -> RangePage

    /// Reads a run of each of some partitions, at most ``readsAtOnce`` of them, and returns what each read brought, in
    /// order.
    func read(_ reads: [RangeRead]) -> [Result<RangePage, StoreError>]

    /// The records of these keys, in one read of the store. Those that there are must fit into the budget's bytes
    /// together, each counted once; ``StoreError/Code/tooLarge`` when they do not.
    func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords

    /// Why a record cannot be kept here, for a person to read; nil when it can.
    func fault(of record: AuditRecord) -> String?

    /// Writes records that have no ``fault(of:)``, each replacing the one of the same key. Either all of them
    /// are written or an error says why not; writing them again does no harm. With ``StoreError/Code/refused`` it
    /// is one of them that the store does not take.
    func put(_ records: [AuditRecord]) throws(StoreError)

    /// Returns when the store can answer.
    func probe() throws(StoreError)
}

extension RecordStore {
    /// 1: reading ahead would gain nothing.
    public var readsAtOnce: Int { 1 }

    /// Reads one after the other.
    public func read(_ reads: [RangeRead]) -> [Result<RangePage, StoreError>] {
        reads.map { read in Result { () throws(StoreError) in try self.read(read) } }
    }
}

/// A run of records that an index keeps together, in order.
public enum Partition: Hashable, Sendable {
    /// One system's records of one UTC day: a partition of the table itself.
    case systemDay(Identifier, Day)
    /// One user's records.
    case user(Identifier)
    /// One resource's records.
    case resource(Identifier)
}

/// What a store is asked to read: a run of one partition, in order, from a position, within a budget.
public struct RangeRead: Sendable {
    /// The partition.
    public let partition: Partition
    /// The time to read.
    public let range: TimeRange
    /// The order to read in.
    public let order: SortOrder
    /// Read what comes after this place in that order; nil for the beginning.
    public let after: RecordKey?
    /// What a record must be besides. A store may use it to read less, and its reader checks again.
    public let filter: Filter
    /// The most records to return, at least 1.
    public let limit: Int
    /// Time and bytes allowed.
    public let budget: Budget

    /// A read of its parts.
    public init(
        partition: Partition, range: TimeRange, order: SortOrder, after: RecordKey?, filter: Filter,
        limit: Int,
        budget: Budget
    ) {
        self.partition = partition
        self.range = range
        self.order = order
        self.after = after
        self.filter = filter
        self.limit = limit
        self.budget = budget
    }
}

/// What a store read.
public struct RangePage: Sendable {
    /// Records in order. Fewer than asked, or none, does not mean that there are no more.
    public let records: [AuditRecord]
    /// Where to go on: the last place looked at, whether or not its record matched. Nil when the run is read
    /// to its end.
    public let resume: RecordKey?
    /// The bytes of the next record that matches, when the read ended before it because it did not fit into the
    /// budget's bytes; nil otherwise. It comes after ``resume``, or after the read's own place when that is nil.
    public let withheld: Int?
    /// What it took.
    public let usage: StoreUsage

    /// A page of its parts.
    public init(
        records: [AuditRecord], resume: RecordKey?, withheld: Int? = nil, usage: StoreUsage = .none
    ) {
        self.records = records
        self.resume = resume
        self.withheld = withheld
        self.usage = usage
    }
}

/// What a store has under keys that were asked for.
public struct FetchedRecords: Sendable {
    /// The records in the order of the keys, nil where there is none.
    public let records: [AuditRecord?]
    /// What it took.
    public let usage: StoreUsage

    /// Records and what they took.
    public init(records: [AuditRecord?], usage: StoreUsage = .none) {
        self.records = records
        self.usage = usage
    }
}

/// What a read may take: time, and bytes.
public struct Budget: Sendable {
    /// From here on a store ends a page early, with what it has, and says where it stopped.
    public let soft: ContinuousClock.Instant
    /// From here on nobody waits for the answer any more: a store gives up with ``StoreError/Code/deadline``.
    public let deadline: ContinuousClock.Instant
    /// The most bytes of records (``AuditRecord/byteCount``) that a store may return or hold, but for a few that it is just
    /// looking at.
    public var bytes: Int

    /// A budget of its two ends, and of bytes.
    public init(
        soft: ContinuousClock.Instant, deadline: ContinuousClock.Instant, bytes: Int = .max
    ) {
        self.soft = soft
        self.deadline = deadline
        self.bytes = bytes
    }
}

/// What a read took of a store that is elsewhere.
public struct StoreUsage: Hashable, Sendable {
    /// The region that answered last; nil for a store that has none.
    public var region: String?
    /// Requests that it took, retries included.
    public var requests: Int
    /// Read or write capacity units that it cost.
    public var capacityUnits: Double

    /// Nothing, as a store on this machine takes.
    public static let none = StoreUsage()

    /// A usage of its parts.
    public init(region: String? = nil, requests: Int = 0, capacityUnits: Double = 0) {
        self.region = region
        self.requests = requests
        self.capacityUnits = capacityUnits
    }

    /// Counts another read with this one.
    public static func += (left: inout StoreUsage, right: StoreUsage) {
        left.region = right.region ?? left.region
        left.requests += right.requests
        left.capacityUnits += right.capacityUnits
    }
}
