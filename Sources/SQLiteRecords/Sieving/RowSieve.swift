internal import AuditRecords
internal import AuditStores
internal import GRDB
internal import GRDBSQLite
internal import Threads

/// A sieve that rows of entries are held against inside of SQLite: it passes on what may pass a filter.
final class RowSieve: RowFunction {
    /// What is kept of names at most.
    private static let mostNames = 16_384

    /// So many bytes of attributes are judged in one run of a statement, within which nobody looks at the clock. Behind them all may
    /// pass, and are looked at one by one.
    private static let mostJudged = 8 << 20

    let sieve: RecordSieve
    /// The bytes of the attributes, as texts however they are stored, that the statement's run has judged.
    private var judged = 0
    /// How many rows it has left out since a read began.
    private(set) var leftOut = 0
    /// The read, as far as it leaves out rows.
    private let walk = Walk()
    /// Whether it asks for the names of a row's user or resource.
    let asksForNames: Bool
    private var names: NameLookup?
    private let shapes = FoundShapes<ShapeSieve>()
    private let users = NumberMap<RecordSieve.Known>(mostOthers: mostNames)
    private let resources = NumberMap<RecordSieve.Known>(mostOthers: mostNames)

    init(_ sieve: RecordSieve) {
        self.sieve = sieve
        asksForNames = sieve.asksForUser || sieve.asksForResource
    }

    /// The arguments of the function behind the sieve itself.
    var arguments: String { Self.arguments(withNames: asksForNames) }

    /// Begins a read. What is known of numbers is still true.
    func begin(_ names: NameLookup) {
        self.names = names
        leftOut = 0
    }

    /// Runs `body` with the sieve in the place `?number` of a statement, in a run of which nothing is judged yet.
    override func withPlace<Value>(
        _ number: Int32, of statement: PreparedStatement, _ body: () throws -> Value
    ) throws -> Value {
        judged = 0
        let before = leftOut
        defer { walk.pass(leftOut - before) }
        return try super.withPlace(number, of: statement, body)
    }

    /// Ends a read, and lets go of its connection.
    func end() {
        names = nil
        walk.end()
    }

    /// Whether the record of a row may pass: one whose user or resource are enough to leave it out may not, one that cannot be read
    /// may, and else that depends on what is read of it alone. How a row is stored depends on other systems' records, and may tell
    /// nothing.
    override func passesOn(_ values: UnsafeMutablePointer<OpaquePointer?>) -> Bool {
        guard judged < Self.mostJudged else { return true }
        guard let known = known(values) else { return true }
        guard !known.leavesOut else {
            leftOut += 1
            return false
        }
        let start = sqlite3_value_blob(values[1])
        let attributes = UnsafeRawBufferPointer(
            start: start, count: start == nil ? 0 : Int(sqlite3_value_bytes(values[1])))
        let isSplit = sqlite3_value_type(values[1]) == SQLITE_BLOB
        guard isSplit ? leavesOut(split: attributes, known) : leavesOut(whole: Array(attributes), known)
        else {
            return true
        }
        leftOut += 1
        return false
    }

    /// What the names of a row tell of its record; nil where they are not there.
    func known(_ values: UnsafeMutablePointer<OpaquePointer?>) -> RecordSieve.Known? {
        asksForNames ? knownNames(values) : .nothing
    }

    /// Whether a record of which this is known, and whose attributes are these, passes the filter of an exact sieve; nil where only the
    /// record tells. Adds the bytes of its attributes, as a text, to `judged`.
    func passes(
        _ known: RecordSieve.Known, _ attributes: UnsafeRawBufferPointer, judged: inout Int
    ) -> Bool? {
        var split = attributes[...]
        guard let number = split.popLength() else { return nil }
        let values = UnsafeRawBufferPointer(rebasing: split)
        if let told = shape(Int64(number))?.leavesOut(values, known, judged: &judged) { return !told }
        // How it is stored may tell nothing: it counts for what it counts as a text.
        if let text = try? names?.attributes(attributes) { judged += text.bytes.count }
        return nil
    }

    private func leavesOut(split attributes: UnsafeRawBufferPointer, _ known: RecordSieve.Known) -> Bool {
        var values = attributes[...]
        guard let number = values.popLength() else { return false }
        let split = UnsafeRawBufferPointer(rebasing: values)
        var length = 0
        if let told = shape(Int64(number))?.leavesOut(split, known, judged: &length) {
            judged += length
            return told
        }
        // Values with escapes, or damaged ones.
        guard let text = try? names?.attributes(attributes) else { return false }
        return leavesOut(whole: text.bytes, known)
    }

    private func leavesOut(whole attributes: [UInt8], _ known: RecordSieve.Known) -> Bool {
        judged += attributes.count
        return sieve.leavesOut(attributes, known)
    }

    private func shape(_ number: Int64) -> ShapeSieve? {
        shapes.found(number) {
            // What is no shape is found to be none by whoever reads the record.
            guard let bytes = try? names?.shape(number).bytes else { return nil }
            let shape = ShapeSieve(sieve, shape: bytes)
            return (shape, shape?.stepCount ?? 1)
        }
    }

    /// What is known of a row's names; nil where they are not there.
    private func knownNames(_ values: UnsafeMutablePointer<OpaquePointer?>) -> RecordSieve.Known? {
        var known = RecordSieve.Known.nothing
        if sieve.asksForUser {
            let number = sqlite3_value_int64(values[2])
            guard let user = try? find(number, users, { sieve.known(user: try $0.user(number)) }) else {
                return nil
            }
            known = user
        }
        if sieve.asksForResource {
            let number = sqlite3_value_int64(values[3])
            let found = try? find(number, resources, { sieve.known(resource: try $0.resource(number)) })
            guard let found else { return nil }
            known = known | found
        }
        return known
    }

    private func find(
        _ number: Int64, _ found: NumberMap<RecordSieve.Known>,
        _ find: (inout NameLookup) throws -> RecordSieve.Known
    ) throws -> RecordSieve.Known? {
        if let known = found[number] { return known }
        guard var lookup = names else { return nil }
        let known = try find(&lookup)
        names = lookup
        found[number] = known
        return known
    }
}

extension PartitionRead {
    /// The sieve to hold rows against. Not where the index tells the user besides: its keys are looked at one by one.
    var usableSieve: RecordSieve? {
        if case .resource = partition, restriction.userId != nil { nil } else { sieve }
    }
}
