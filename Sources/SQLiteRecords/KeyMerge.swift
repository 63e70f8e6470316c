internal import AuditStores
internal import AuditRecords
internal import GRDB

/// The keys of a partition in the order of answers, found system by system: what the asking key may not see is not
/// even passed, so that no time tells whether it is there.
struct KeyMerge {
    private let statement: PreparedStatement
    private let order: SortOrder
    private var runs: [KeyRun] = []
    /// Numbers of the runs that have a key, as a binary heap: the one whose key comes next is the first.
    private var heap: [Int] = []
    /// Whether the first run has lost its key, and the heap is to be mended.
    private var isTaken = false
    /// The restriction on systems, where the index cannot follow it.
    private let restriction: Restriction?

    /// Finds the systems of a read, and the first keys of each.
    ///
    /// - Throws: ``StoreError/Code/deadline`` when nobody waits for it any more.
    init(_ read: PartitionRead, version: Int, in database: Database) throws {
        let sql = KeySQL(read.partition, read.order)
        let ways = SystemSearch(read, sql, version: version)
        order = read.order
        restriction = ways.isWhole ? read.restriction : nil
        statement = try PreparedStatement(
            ways.isWhole ? sql.keysOfAllSystems : sql.keysOfSystem, in: database)
        if let owner = read.partition.owner { try statement.bind(owner.bytes, at: 1) }
        if sql.asksForUser { try statement.bindOrNull(read.restriction.userId?.bytes, at: 5) }
        let bounds = StoredBounds(read)
        let systems = try ways.systems(in: database)
        let share = read.limit / max(1, systems.count) + 1
        for (number, system) in systems.enumerated() {
            if number % 64 == 63 { try read.budget.checkDeadline() }
            var run = KeyRun(system: system, bounds: bounds, order: order, count: share)
            if try run.fill(from: statement) { runs.append(run) }
        }
        heap = Array(runs.indices)
        for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(place) }
    }

    /// The next key; nil after the last.
    mutating func next() throws -> FoundKey? {
        if isTaken { try mend() }
        guard let first = heap.first, let key = runs[first].popHead() else { return nil }
        isTaken = true
        guard let restriction else { return key }
        let isVisible = restriction.allows(Identifier(key.place.systemId))
        return FoundKey(place: key.place, row: key.row, matches: key.matches && isVisible)
    }

    private mutating func mend() throws {
        isTaken = false
        if try !runs[heap[0]].fill(from: statement) {
            heap.swapAt(0, heap.count - 1)
            heap.removeLast()
        }
        sink(0)
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while true {
            let children = (2 * place + 1..<min(2 * place + 3, max(heap.count, 2 * place + 1)))
            guard let child = children.min(by: { comesBefore($0, $1) }), comesBefore(child, place) else {
                return
            }
            heap.swapAt(place, child)
            place = child
        }
    }

    private func comesBefore(_ left: Int, _ right: Int) -> Bool {
        guard let left = runs[heap[left]].head?.place, let right = runs[heap[right]].head?.place else {
            return false
        }
        return order == .ascending ? left < right : right < left
    }
}

/// Which systems of a partition are read.
private struct SystemSearch {
    /// Whether all of them are read at once, for want of an index that leads with them.
    let isWhole: Bool
    private let patterns: [SystemPattern]
    private let owner: Identifier?
    private let sql: String
    private let budget: Budget

    init(_ read: PartitionRead, _ sql: KeySQL, version: Int) {
        owner = read.partition.owner
        budget = read.budget
        self.sql = sql.nextSystem
        var wanted = read.restriction.systemId
        if case .systemDay(let system, _) = read.partition {
            wanted = wanted.map { $0 == system } ?? true ? system : nil
            isWhole = false
            patterns = wanted.map { read.restriction.scope.contains($0) } == true ? [.exact(system)] : []
            return
        }
        isWhole = version == 1 && owner != nil
        if let wanted {
            patterns = read.restriction.scope.contains(wanted) ? [.exact(wanted)] : []
        } else {
            patterns = read.restriction.scope.disjointPatterns
        }
    }

    /// The systems, each once; or nil once, for all of them together.
    func systems(in database: Database) throws -> [[UInt8]?] {
        guard !isWhole else { return [nil] }
        var systems: [[UInt8]?] = []
        for pattern in patterns {
            switch pattern {
            case .exact(let name): systems.append(name.bytes)
            case .prefix(let prefix): try append(startingWith: prefix.bytes, to: &systems, database)
            }
        }
        return systems
    }

    /// Goes from each system to the next with one search, however many records each has.
    private func append(
        startingWith prefix: [UInt8], to systems: inout [[UInt8]?], _ database: Database
    ) throws {
        let statement = try PreparedStatement(sql, in: database)
        if let owner { try statement.bind(owner.bytes, at: 1) }
        defer { statement.reset() }
        var start = prefix
        while true {
            statement.reset()
            try statement.bind(start, at: 2)
            guard try statement.step() else { return }
            let system = statement.bytes(0)
            guard system.starts(with: prefix) else { return }
            systems.append(system)
            start = system + [0]
            if systems.count.isMultiple(of: 64) { try budget.checkDeadline() }
        }
    }
}

extension Partition {
    /// Whose records they are, where an index is not by system.
    fileprivate var owner: Identifier? {
        switch self {
        case .systemDay, .day: nil
        case .user(let user): user
        case .resource(let resource): resource
        }
    }
}

extension SystemScope {
    /// Patterns no two of which name a system both.
    fileprivate var disjointPatterns: [SystemPattern] {
        guard case .only(let patterns) = self else { return [.prefix(Identifier(""))] }
        return patterns.filter { pattern in
            !patterns.contains { other in
                guard other != pattern, case .prefix(let prefix) = other else { return false }
                return pattern.name.bytes.starts(with: prefix.bytes)
            }
        }
    }
}

extension SystemPattern {
    fileprivate var name: Identifier {
        switch self {
        case .exact(let name), .prefix(let name): name
        }
    }
}

extension Restriction {
    /// Whether records of a system can pass.
    fileprivate func allows(_ system: Identifier) -> Bool {
        (systemId.map { $0 == system } ?? true) && scope.contains(system)
    }
}
