/// Where records are kept. Thin on purpose: planning, paging, filters and cursors are the same code above
/// every store. Calls block, and come on many threads at once.
public protocol RecordStore: Sendable {
    /// Threads to read several partitions of one question at once; nil where a read costs no round trip.
    var readAhead: HelperThreads? { get }

    /// Reads a run of one partition in the order of ``RecordKey``, ascending or descending.
    func read(_ read: RangeRead) throws(StoreError) -> RangePage

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
