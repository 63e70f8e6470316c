internal import AuditRecords
internal import AuditStores

/// The systems that the list of a table names, as they were a minute ago at most.
struct ListedSystems: Sendable {
    private let remembered: Remembered<[Identifier]?>

    init(
        _ read: @escaping Remembered<SystemList.Contents>.Read,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        remembered = Remembered(freshness: .seconds(30), staleness: .seconds(60), now: now) {
            deadline throws(StoreError) in
            let contents = try read(deadline)
            let isWhole = contents.isComplete && !contents.isCut
            return isWhole ? contents.systems.sorted() : nil
        }
    }

    /// All systems of the table; nil where no complete list of them says so, or there are more than can be asked.
    ///
    /// - Throws: where the list cannot be read.
    func systems() throws(StoreError) -> [Identifier]? { try remembered.value() }
}
