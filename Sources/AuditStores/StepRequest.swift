internal import AuditRecords

/// What the reads of a page's steps have in common.
struct StepRequest {
    let order: SortOrder
    let restriction: Restriction
    let limit: Int
    let budget: Budget
    let hints: StoreHints

    func read(_ step: Plan.Step, after: RecordKey?, bytes: Int) -> PartitionRead {
        var budget = budget
        budget.bytes = bytes
        var read = PartitionRead(
            partition: step.partition, range: step.range, order: order, after: after,
            restriction: restriction,
            limit: limit, budget: budget)
        read.equalities = hints.equalities
        read.sieve = hints.sieve
        return read
    }
}
