internal import AuditRecords

/// What the reads of a page's steps have in common.
struct StepRequest {
    let order: SortOrder
    let restriction: Restriction
    let limit: Int
    let budget: Budget
    let hints: StoreHints
    let enough: Int?
    let trace: ReadTrace?

    func read(_ step: Plan.Step, after: RecordKey?, bytes: Int, isAhead: Bool) -> PartitionRead {
        var budget = budget
        budget.bytes = bytes
        var read = PartitionRead(
            partition: step.partition, range: step.range, order: order, after: after,
            restriction: restriction,
            limit: limit, budget: budget)
        read.equalities = hints.equalities
        read.sieve = hints.sieve
        // What may turn out needless walks through no whole partition.
        read.enough = isAhead && !hints.equalities.isEmpty ? 0 : enough
        read.trace = trace
        return read
    }
}
