package import AuditRecords

/// Where records are kept. Thin on purpose: planning, paging, filters and cursors are the same code above
/// every store. Calls block, and come on many threads at once.
package protocol RecordStore: Sendable {
    /// Whether it can tell of which systems it has records, as far as a key may see them: what reading a ``Partition/day`` needs.
    func knowsSystems(in scope: SystemScope) -> Bool

    /// How many partitions of one question are worth reading at once: 1 where a read costs no round trip.
    var readsAtOnce: Int { get }

    /// Whether it leaves out records by a read's sieve, so that most of what it returns is wanted.
    var sieves: Bool { get }

    /// Reads a run of one partition in the order of ``RecordKey``, ascending or descending.
    func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun

    /// Reads a run of each of some partitions, at most ``readsAtOnce`` of them, and returns what each read brought, in
    /// order.
    func read(_ reads: [PartitionRead]) -> [Result<PartitionRun, StoreError>]

    /// Counts records without making them; nil where that cannot be, or would take longer than reading them.
    func count(_ count: IndexCount) throws(StoreError) -> IndexCounted?

    /// How many records a system has on each day of a range of whole days that has any; nil where no index tells it. For operators'
    /// commands: it may take minutes.
    func days(of system: Identifier, in range: TimeRange) throws(StoreError) -> [Day: Int]?

    /// The records of these keys, in one read of the store. Those that there are must fit into the budget's bytes
    /// together, each counted once; ``StoreError/Code/tooLarge`` when they do not.
    func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords

    /// Whether there is for sure no record of any of these systems at its instant or later; false where that is not told at once.
    func hasNone(since firsts: [Identifier: Timestamp]) throws(StoreError) -> Bool

    /// Names of records that a key may see; nil where no index tells them.
    func names(_ read: NameRead) throws(StoreError) -> NameRun?

    /// The keys of all records that may have all words of a search, in order; nil where no index tells them soon.
    func keys(of read: WordRead) throws(StoreError) -> [RecordKey]?

    /// Why a record cannot be kept here, for a person to read; nil when it can.
    func fault(of record: AuditRecord) -> String?

    /// How much is best written at once.
    var batchLimit: BatchLimit { get }

    /// Writes records that have no ``fault(of:)``, each replacing the one of the same key. Either all of them
    /// are written or an error says why not; writing them again does no harm. With ``StoreError/Code/refused`` it
    /// is one of them that the store does not take.
    func put(_ records: [AuditRecord]) throws(StoreError)

    /// Begins to write, where a store can hold off others: what is read from here on is still so when something is put, up to the end of
    /// that transaction. Whoever begins ends it, with ``put(_:)``, with an ``append(_:)`` that returns true, or with ``commit()``.
    func beginWriting() throws(StoreError)

    /// Puts records that more will soon follow, and so may leave it open whether they stay: they do when a later call returns true,
    /// or with ``commit()``. Until then only who writes sees them, and nobody else can write; with an error all that was open is
    /// gone, and nothing of it was written.
    ///
    /// - Returns: whether these and all before them stay.
    func append(_ records: [AuditRecord]) throws(StoreError) -> Bool

    /// Makes all that was appended stay.
    func commit() throws(StoreError)

    /// Returns when the store can answer.
    func probe() throws(StoreError)
}

extension RecordStore {
    /// True: it has an index of them.
    package func knowsSystems(in scope: SystemScope) -> Bool { true }

    /// 1: reading ahead would gain nothing.
    package var readsAtOnce: Int { 1 }

    /// False: whoever reads it holds records against the filter.
    package var sieves: Bool { false }

    /// 1,000 records of 8 MB together.
    package var batchLimit: BatchLimit { BatchLimit(records: 1000, bytes: 8 << 20) }

    /// Nil: there is no index.
    package func names(_ read: NameRead) throws(StoreError) -> NameRun? { nil }

    /// Nil: there is no index.
    package func keys(of read: WordRead) throws(StoreError) -> [RecordKey]? { nil }

    /// False: each is to be looked up.
    package func hasNone(since firsts: [Identifier: Timestamp]) throws(StoreError) -> Bool { false }

    /// Nobody is held off.
    package func beginWriting() throws(StoreError) {}

    /// Puts them: they stay.
    package func append(_ records: [AuditRecord]) throws(StoreError) -> Bool {
        try put(records)
        return true
    }

    /// Nothing is open.
    package func commit() throws(StoreError) {}

    /// Reads one after the other.
    package func read(_ reads: [PartitionRead]) -> [Result<PartitionRun, StoreError>] {
        reads.map { read in Result { () throws(StoreError) in try self.read(read) } }
    }
}

/// What a store has under keys that were asked for.
package struct FetchedRecords: Sendable {
    /// The records in the order of the keys, nil where there is none.
    package var records: [AuditRecord?]
    /// What it took.
    package var usage: StoreUsage

    /// Records and what they took.
    package init(records: [AuditRecord?], usage: StoreUsage = .none) {
        self.records = records
        self.usage = usage
    }
}

/// What a read may take: time, and bytes.
package struct Budget: Sendable {
    /// From here on a store ends a page early, with what it has, and says where it stopped.
    package let soft: ContinuousClock.Instant
    /// From here on nobody waits for the answer any more: a store gives up with ``StoreError/Code/deadline``.
    package let deadline: ContinuousClock.Instant
    /// The most bytes of records (``AuditRecord/byteCount``) that a store may return or hold, but for a few that it is just
    /// looking at.
    package var bytes: Int

    /// A budget of its two ends, and of bytes.
    package init(
        soft: ContinuousClock.Instant, deadline: ContinuousClock.Instant, bytes: Int = .max
    ) {
        self.soft = soft
        self.deadline = deadline
        self.bytes = bytes
    }

    /// What an operator's command allows for one page from now on: nobody waits for it at a browser.
    package static var ofCommands: Budget { Budget(soft: .now + .seconds(10), deadline: .now + .seconds(60)) }
}
