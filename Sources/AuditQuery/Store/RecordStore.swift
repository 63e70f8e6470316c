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
