internal import AuditRecords
internal import AuditStores
internal import GRDB
internal import GRDBSQLite
internal import Threads

/// Counts rows of entries inside of SQLite, by what stands in their attributes, all or those that pass a filter. It passes on what has to
/// be looked at as a record.
///
/// It takes what it can tell all of: attributes of a shape, whose values are plain. Anything else is read as a record.
final class RowTally: RowFunction {
    /// So many rows, and bytes of their attributes as texts, are taken in one slice, within which nobody looks at the clock.
    static let mostRows = 32_768
    private static let mostJudged = 32 << 20
    /// What is kept of names at most, and bytes of values.
    static let (mostNames, mostBytes) = (65_536, 4 << 20)

    /// A record's groups by one key, as numbers of values.
    enum Column {
        /// The same for all rows of a slice.
        case same
        case user, resource
        case firstPath, secondPath
    }

    private let keys: [GroupKey]
    let columns: [Column]
    let paths: [AttributePath]
    let sieve: RowSieve?
    var names: NameLookup
    var codes = GroupCodes()
    /// The numbers of the values of a row, key by key, and those that all rows of a source have.
    var row: [[Int]]
    private var shared: [Int]
    /// How many rows of the slice have these numbers of values, the second key's in the higher half.
    private var cells: [UInt64: Int] = [:]
    /// Of the slice.
    private(set) var rows = 0
    private let walk = Walk()
    var judged = 0
    private var count = 0
    /// Whether the slice has more than may be taken at once.
    private(set) var isOver = false
    /// Whether it has more groups than any answer.
    private var hasTooManyGroups = false
    let shapes = FoundShapes<ShapeGroups>()
    let users = NumberMap<Int>(mostOthers: mostNames)
    let resources = NumberMap<Int>(mostOthers: mostNames)

    /// With an exact sieve, if not all rows are counted. ``end()`` has to follow.
    init(_ keys: [GroupKey], _ restriction: Restriction, _ sieve: RowSieve?, _ names: NameLookup) {
        self.keys = keys
        self.sieve = sieve
        self.names = names
        sieve?.begin(names)
        paths = keys.compactMap { if case .attribute(let path) = $0 { path } else { nil } }
        var pathCount = 0
        columns = keys.map { key in
            switch key {
            case .attribute:
                pathCount += 1
                return pathCount == 1 ? .firstPath : .secondPath
            case .userId where restriction.userId == nil: return .user
            case .resourceId where restriction.resourceId == nil: return .resource
            case .time, .systemId, .userId, .resourceId, .auditId: return .same
            }
        }
        row = keys.map { _ in [] }
        shared = keys.map { _ in 0 }
    }

    /// Lets go of the connection.
    func end() {
        sieve?.end()
        walk.end()
    }

    /// The arguments of the function behind the tally itself.
    var arguments: String {
        let countsNames = columns.contains { $0 == .user || $0 == .resource }
        return Self.arguments(withNames: countsNames || sieve?.asksForNames ?? false)
    }

    /// Begins a slice.
    func begin() {
        (rows, judged, count, isOver, hasTooManyGroups) = (0, 0, 0, false, false)
        cells.removeAll(keepingCapacity: true)
    }

    /// Takes rows from now on that have these values by keys that no row tells.
    func begin(_ same: (GroupKey) -> GroupValue?) {
        for (place, key) in keys.enumerated() {
            if case .same = columns[place] { shared[place] = codes.code(of: same(key) ?? .none) }
        }
    }

    /// Takes a record that has these values, key by key, each of one with each of the other.
    func take(_ values: [[GroupValue]]) throws(StoreError) {
        guard values.reduce(1, { $0 * $1.count }) <= Tally.mostGroups else { throw .tooManyGroups }
        for place in values.indices { row[place] = values[place].map { codes.code(of: $0) } }
        add()
    }

    /// Whether the slice is whole.
    ///
    /// - Throws: ``StoreError/tooManyGroups``.
    func isWhole() throws(StoreError) -> Bool {
        guard !hasTooManyGroups else { throw .tooManyGroups }
        return !isOver && codes.byteCount <= Self.mostBytes
    }

    /// What a slice has.
    func add(to tally: inout Tally) throws(StoreError) {
        let values = codes.values
        let groups = cells.map { cell, count in
            let group =
                keys.count == 1
                ? [values[Int(cell)]] : [values[Int(cell & 0xFFFF_FFFF)], values[Int(cell >> 32)]]
            return (group: Group(group), count: count)
        }
        tally.add(groups, of: count)
        guard tally.groups.count <= Tally.mostGroups else { throw .tooManyGroups }
    }

    /// Counts a row in the groups of ``row``.
    private func add() {
        count += 1
        defer { hasTooManyGroups = cells.count > Tally.mostGroups }
        guard keys.count == 2 else {
            for code in row.first ?? [] { cells[UInt64(code), default: 0] += 1 }
            return
        }
        for first in row[0] {
            for second in row[1] { cells[UInt64(first) | UInt64(second) << 32, default: 0] += 1 }
        }
    }

    /// Whether a row has to be looked at as a record.
    override func passesOn(_ values: UnsafeMutablePointer<OpaquePointer?>) -> Bool {
        rows += 1
        walk.pass(1)
        guard rows <= Self.mostRows, judged <= Self.mostJudged, !hasTooManyGroups else {
            isOver = true
            return true
        }
        let known = sieve?.known(values)
        if let known, known.leavesOut { return false }
        let start = sqlite3_value_blob(values[1])
        let attributes = UnsafeRawBufferPointer(
            start: start, count: start == nil ? 0 : Int(sqlite3_value_bytes(values[1])))
        guard sqlite3_value_type(values[1]) == SQLITE_BLOB else {
            judged += attributes.count
            return true
        }
        if let sieve {
            guard let known else { return true }
            var length = 0
            let passes = sieve.passes(known, attributes, judged: &length)
            judged += length
            guard let passes else { return true }
            guard passes else { return false }
        }
        guard paths.isEmpty || read(attributes) else { return true }
        for place in columns.indices {
            switch columns[place] {
            case .same: set(shared[place], at: place)
            case .user:
                guard let code = user(sqlite3_value_int64(values[2])) else { return true }
                set(code, at: place)
            case .resource:
                guard let code = resource(sqlite3_value_int64(values[3])) else { return true }
                set(code, at: place)
            case .firstPath, .secondPath: if !finish(place) { return true }
            }
        }
        add()
        return false
    }
}
