internal import AuditStores
internal import AuditRecords
internal import GRDB

/// The keys of a partition in the order of answers, found system by system: what the asking key may not see is not
/// even passed, so that no time tells whether it is there.
struct KeyMerge {
    private let statement: PreparedStatement
    private let sieved: SievedKeys?
    private let order: SortOrder
    private var runs: [KeyRun] = []
    /// Of each run when its next key was: that decides as a rule, and no key has to be taken out of its run.
    private var instants: [Timestamp] = []
    /// Numbers of the runs that have a key, as a binary heap: the one whose key comes next is the first.
    private var heap: [Int] = []
    /// Whether the first run has lost its key, and the heap is to be mended.
    private var isTaken = false
    /// The restriction on systems, where the index cannot follow it.
    private let restriction: Restriction?
    /// The key that was told last.
    private var last: RecordKey?

    /// How many places of the index have keys of the read: systems, or two of each where a value may be any.
    var sourceCount: Int { runs.count }

    /// Finds the systems of a read, and the first keys of each: those of a value, if one is given, or those that a sieve lets
    /// through.
    ///
    /// - Throws: ``StoreError/Code/deadline`` when nobody waits for it any more.
    init(
        _ read: PartitionRead, _ value: ValueIndex? = nil, _ sieve: RowSieve? = nil, version: Int,
        in database: Database
    ) throws {
        let sources = try KeySources(read, value, version: version, in: database)
        order = read.order
        restriction = sources.isWhole ? read.restriction : nil
        statement = sources.statement
        sieved = try sieve.map { try SievedKeys(read, $0, runCount: sources.runs.count, in: database) }
        let bounds = StoredBounds(read)
        let share = read.limit / max(1, sources.runs.count) + 1
        for (number, source) in sources.runs.enumerated() {
            if number % 64 == 63 { try read.budget.checkDeadline() }
            var run = KeyRun(
                source, bounds: bounds, order: order, wanted: share, isAlone: sources.runs.count == 1, sieved)
            if try Self.fill(&run, sieved, statement) { runs.append(run) }
        }
        instants = runs.map { $0.head?.key.instant ?? .endOfTime }
        heap = Array(runs.indices)
        for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(place) }
    }

    /// The next key; nil after the last. Each is told once: a record that has taken the place of another may stand under two
    /// values of an index, its own and what the other had.
    mutating func next() throws -> FoundKey? {
        var found = try pop()
        while let key = found?.key, key == last { found = try pop() }
        last = found?.key
        return found
    }

    private mutating func pop() throws -> FoundKey? {
        if isTaken { try mend() }
        guard let first = heap.first, let key = runs[first].popHead() else { return nil }
        isTaken = true
        guard let restriction else { return key }
        let isVisible = restriction.allows(key.key.systemId)
        return FoundKey(key: key.key, row: key.row, matches: key.matches && isVisible)
    }

    /// No method of a merge's own: that would copy all runs for each key.
    private static func fill(
        _ run: inout KeyRun, _ sieved: SievedKeys?, _ statement: PreparedStatement
    ) throws -> Bool {
        if let sieved { try run.fill(from: sieved) } else { try run.fill(from: statement) }
    }

    private mutating func mend() throws {
        isTaken = false
        if try !Self.fill(&runs[heap[0]], sieved, statement) {
            heap.swapAt(0, heap.count - 1)
            heap.removeLast()
        } else if let head = runs[heap[0]].head {
            instants[heap[0]] = head.key.instant
        }
        sink(0)
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while 2 * place + 1 < heap.count {
            var child = 2 * place + 1
            if child + 1 < heap.count, comesBefore(child + 1, child) { child += 1 }
            guard comesBefore(child, place) else { return }
            heap.swapAt(place, child)
            place = child
        }
    }

    private func comesBefore(_ left: Int, _ right: Int) -> Bool {
        let (left, right) = (heap[left], heap[right])
        let (first, second) = (instants[left], instants[right])
        if first != second { return (first < second) == (order == .ascending) }
        guard let left = runs[left].head?.key, let right = runs[right].head?.key else { return false }
        return order == .ascending ? left < right : right < left
    }
}

extension Restriction {
    /// Whether records of a system can pass.
    fileprivate func allows(_ system: Identifier) -> Bool {
        (systemId.map { $0 == system } ?? true) && scope.contains(system)
    }
}
