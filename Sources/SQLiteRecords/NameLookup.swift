internal import AuditRecords
internal import GRDB

/// A table that numbers the names of a kind, in each system by themselves.
enum NameTable: String {
    case users, resources

    /// The number of the name `?2` in the system `?1`.
    var numberOfName: String { "SELECT led.id, held.id FROM \(led) WHERE led.system = ?1 AND led.name = ?2" }

    /// The numbers and names of the system `?1` from the name `?2` on.
    var namesFrom: String {
        "SELECT led.id, held.id, led.name FROM \(led) WHERE led.system = ?1 AND led.name >= ?2 ORDER BY led.name"
    }

    /// What an index has of names, and the rows that it leads to, if they have the same.
    private var led: String {
        """
        \(rawValue) AS led LEFT JOIN \(rawValue) AS held NOT INDEXED ON held.id = led.id
        AND held.system = led.system AND held.name = led.name
        """
    }

    /// The name of a number.
    var nameOfNumber: String { "SELECT name FROM \(rawValue) WHERE id = ?1" }

    /// Gives a name the next number.
    var insertName: String { "INSERT INTO \(rawValue) (system, name) VALUES (?1, ?2)" }
}

/// The statements of the table that numbers shapes.
enum ShapeSQL {
    /// The number of a shape.
    static let numberOfShape = """
        SELECT led.id, held.id FROM shapes AS led
        LEFT JOIN shapes AS held NOT INDEXED ON held.id = led.id AND held.shape = ?1 WHERE led.shape = ?1
        """

    /// The shape of a number.
    static let shapeOfNumber = "SELECT shape FROM shapes WHERE id = ?1"

    /// Gives a shape the next number.
    static let insert = "INSERT INTO shapes (shape) VALUES (?1)"

    /// The last number.
    static let lastNumber = "SELECT max(id) FROM shapes"
}

/// What numbers names have.
struct NameNumbers {
    private let database: Database

    init(in database: Database) { self.database = database }

    /// The number of a name in a system; nil when no record of it has had it.
    func number(of name: Identifier, in table: NameTable, _ system: Int64) throws -> Int64? {
        let statement = try PreparedStatement(table.numberOfName, in: database)
        defer { statement.reset() }
        try statement.bind(system, at: 1)
        try statement.bind(name.bytes, at: 2)
        return try statement.step()
            ? statement.heldNumber(0) {
                "a name of \(table.rawValue), \(StoredRecordFault.quoted(name.bytes)),"
            } : nil
    }
}

/// Names that one connection has looked up. Numbers are never given anew, but whoever puts a backup into the file by means of SQLite
/// changes what they stand for: so all are forgotten whenever another connection has written.
final class NameMemory {
    /// What a name takes besides its bytes.
    private static let entryByteCount = 80

    /// So many bytes of names, beyond which all are forgotten.
    private let mostBytes: Int
    private var dataVersion: Int64?
    private var byteCount = 0
    private var users: [Int64: Identifier] = [:]
    private var resources: [Int64: Identifier] = [:]
    private var shapes: [Int64: AttributeShape] = [:]
    private var rowSieve: RowSieve?

    /// Knows nothing; will know names of so many bytes at most.
    init(mostBytes: Int = SQLiteStore.fewNames) {
        self.mostBytes = mostBytes
    }

    /// Forgets all, unless nobody else has written since it was called last: a read has begun that sees this PRAGMA data_version.
    func begin(_ dataVersion: Int64) {
        guard dataVersion != self.dataVersion else { return }
        forget()
        self.dataVersion = dataVersion
    }

    /// The user of a number, found by `find` if it is not known.
    func user(_ number: Int64, _ find: () throws -> [UInt8]) rethrows -> Identifier {
        if let user = users[number] { return user }
        let name = try find()
        makeRoom(name.count)
        users[number] = Identifier(name)
        return Identifier(name)
    }

    /// The resource of a number.
    func resource(_ number: Int64, _ find: () throws -> [UInt8]) rethrows -> Identifier {
        if let resource = resources[number] { return resource }
        let name = try find()
        makeRoom(name.count)
        resources[number] = Identifier(name)
        return Identifier(name)
    }

    /// The shape of a number.
    func shape(_ number: Int64, _ find: () throws -> [UInt8]) rethrows -> AttributeShape {
        if let shape = shapes[number] { return shape }
        let shape = AttributeShape(try find(), isRead: true)
        makeRoom(shape.bytes.count)
        shapes[number] = shape
        return shape
    }

    /// A sieve as rows are held against it; what it learnt of numbers when the connection used it last is still true.
    func rowSieve(_ sieve: RecordSieve) -> RowSieve {
        if let rowSieve, rowSieve.sieve === sieve { return rowSieve }
        let new = RowSieve(sieve)
        rowSieve = new
        return new
    }

    private func makeRoom(_ count: Int) {
        if byteCount + count > mostBytes { forget() }
        byteCount += count + Self.entryByteCount
    }

    private func forget() {
        (users, resources, shapes, byteCount) = ([:], [:], [:], 0)
        rowSieve = nil
    }
}

/// What names have which numbers, within one read.
struct NameLookup {
    private let database: Database
    private let memory: NameMemory
    /// Kept, for GRDB would look for it by its text again and again.
    private var statements: [String: PreparedStatement] = [:]

    init(_ database: Database, _ memory: NameMemory = NameMemory()) {
        self.database = database
        self.memory = memory
    }

    /// The user of a number.
    mutating func user(_ number: Int64) throws -> Identifier {
        try memory.user(number) { try text(of: number, NameTable.users.nameOfNumber, "user") }
    }

    /// The resource of a number.
    mutating func resource(_ number: Int64) throws -> Identifier {
        try memory.resource(number) { try text(of: number, NameTable.resources.nameOfNumber, "resource") }
    }

    /// Attributes of a shape's number and of values.
    mutating func attributes(_ packed: UnsafeRawBufferPointer) throws -> AttributeText? {
        var values = packed[...]
        guard let number = values.popLength().map(Int64.init) else { return nil }
        return try shape(number).text(UnsafeRawBufferPointer(rebasing: values))
    }

    /// The shape of a number.
    mutating func shape(_ number: Int64) throws -> AttributeShape {
        try memory.shape(number) { try text(of: number, ShapeSQL.shapeOfNumber, "shape") }
    }

    private mutating func text(of number: Int64, _ sql: String, _ kind: String) throws -> [UInt8] {
        let statement = try statement(sql)
        defer { statement.reset() }
        try statement.bind(number, at: 1)
        guard try statement.step() else { throw StoredRecordFault(number: number, of: kind) }
        return statement.bytes(0)
    }

    private mutating func statement(_ sql: String) throws -> PreparedStatement {
        if let statement = statements[sql] { return statement }
        let statement = try PreparedStatement(sql, in: database)
        statements[sql] = statement
        return statement
    }
}
