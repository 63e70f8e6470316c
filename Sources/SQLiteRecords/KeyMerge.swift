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

/// Where keys are read from: an index, and which systems of it.
struct KeySources {
    let statement: PreparedStatement
    let runs: [KeyRun.Source]
    /// Whether the index does not lead with the system, so that keys of all of them are passed.
    let isWhole: Bool

    init(_ read: PartitionRead, _ value: ValueIndex?, version: Int, in database: Database) throws {
        if EarlierSchema.versions.contains(version) {
            try self.init(earlier: read, version: version, in: database)
        } else if let value {
            try self.init(read, value, in: database)
        } else {
            try self.init(read, in: database)
        }
    }

    /// What counts the keys of an index up to `?8`.
    init(counting read: PartitionRead, _ value: ValueIndex?, in database: Database) throws {
        let sql = value.map { KeySQL(attribute: $0.index, read.order) } ?? KeySQL(read.partition, read.order)
        let sources = try KeySources(read, value, version: SQLiteSchema.version, in: database)
        statement = try PreparedStatement(sql.count, in: database)
        (runs, isWhole) = (sources.runs, sources.isWhole)
    }

    private init(_ read: PartitionRead, _ value: ValueIndex, in database: Database) throws {
        statement = try PreparedStatement(KeySQL(attribute: value.index, read.order).keys, in: database)
        isWhole = false
        runs = try SystemSearch(read).systems(in: database).flatMap { system in
            try value.numbers(in: system.number, database).map {
                .system(system, KeyRun.IndexNumbers(owner: $0, user: nil))
            }
        }
    }

    private init(_ read: PartitionRead, in database: Database) throws {
        let sql = KeySQL(read.partition, read.order)
        statement = try PreparedStatement(sql.keys, in: database)
        isWhole = false
        if sql.asksForUser { try statement.bindOrNull(Int64?.none, at: 8) }
        let user = sql.asksForUser ? read.restriction.userId : nil
        let names = NameNumbers(in: database)
        runs = try SystemSearch(read).systems(in: database).compactMap { system in
            try names.numbers(of: system, read.partition, user: user).map { .system(system, $0) }
        }
    }

    private init(earlier read: PartitionRead, version: Int, in database: Database) throws {
        let sql = EarlierKeySQL(read.partition, read.order)
        let search = EarlierSystemSearch(read, sql, version: version)
        isWhole = search.isWhole
        statement = try PreparedStatement(
            search.isWhole ? sql.keysOfAllSystems : sql.keysOfSystem, in: database)
        if let owner = read.partition.owner { try statement.bind(owner.bytes, at: 1) }
        if sql.asksForUser { try statement.bindOrNull(read.restriction.userId?.bytes, at: 5) }
        runs = try search.systems(in: database).map { .earlier($0) }
    }
}

extension Partition {
    /// Whose records they are, where an index is not by system.
    var owner: Identifier? { named?.name }

    /// The same, and the table that numbers it.
    fileprivate var named: (table: NameTable, name: Identifier)? {
        switch self {
        case .systemDay, .day: nil
        case .user(let user): (.users, user)
        case .resource(let resource): (.resources, resource)
        }
    }
}

extension NameNumbers {
    /// The numbers that a system's records of a partition have; nil where there are none.
    fileprivate func numbers(
        of system: StoredSystem, _ partition: Partition, user: Identifier?
    ) throws -> KeyRun.IndexNumbers? {
        var owner: Int64? = system.number
        if let (table, name) = partition.named { owner = try number(of: name, in: table, system.number) }
        guard let owner else { return nil }
        guard let user else { return KeyRun.IndexNumbers(owner: owner, user: nil) }
        return try number(of: user, in: .users, system.number).map {
            KeyRun.IndexNumbers(owner: owner, user: $0)
        }
    }
}

extension Restriction {
    /// Whether records of a system can pass.
    fileprivate func allows(_ system: Identifier) -> Bool {
        (systemId.map { $0 == system } ?? true) && scope.contains(system)
    }
}
