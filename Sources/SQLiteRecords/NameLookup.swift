internal import AuditRecords
internal import GRDB

/// A table that numbers names, or other texts.
enum NameTable: String {
    case users, resources
    case shapes

    /// Its column of names.
    private var column: String { self == .shapes ? "shape" : "name" }

    /// The number of a name.
    var numberOfName: String { "SELECT id FROM \(rawValue) WHERE \(column) = ?1" }

    /// The name of a number.
    var nameOfNumber: String { "SELECT \(column) FROM \(rawValue) WHERE id = ?1" }

    /// Gives a name the next number.
    var insertName: String { "INSERT INTO \(rawValue) (\(column)) VALUES (?1)" }

    /// The last number.
    var lastNumber: String { "SELECT max(id) FROM \(rawValue)" }
}

extension PreparedStatement {
    /// Gives the place a name as its table has it.
    func bind(_ name: [UInt8], for table: NameTable, at number: Int32) throws {
        if table == .shapes { try bind(blob: name, at: number) } else { try bind(name, at: number) }
    }
}

/// Names that one connection has looked up. Numbers are never given anew, but whoever puts a backup into the file by means of SQLite
/// changes what they stand for: so all are forgotten whenever another connection has written.
final class NameMemory {
    /// So many bytes of names, beyond which all are forgotten.
    private static let mostBytes = 256 << 10
    /// What a name takes besides its bytes.
    private static let entryByteCount = 80

    private var dataVersion: Int64?
    private var byteCount = 0
    private var users: [Int64: Identifier] = [:]
    private var resources: [Int64: Identifier] = [:]
    private var shapes: [Int64: AttributeShape] = [:]

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
        let shape = AttributeShape(try find())
        makeRoom(shape.bytes.count)
        shapes[number] = shape
        return shape
    }

    private func makeRoom(_ count: Int) {
        if byteCount + count > Self.mostBytes { forget() }
        byteCount += count + Self.entryByteCount
    }

    private func forget() {
        (users, resources, shapes, byteCount) = ([:], [:], [:], 0)
    }
}

/// What names have which numbers, within one read.
struct NameLookup {
    private let database: Database
    private let memory: NameMemory
    /// Kept, for GRDB would look for it by its text again and again.
    private var statements: [NameTable: PreparedStatement] = [:]

    init(_ database: Database, _ memory: NameMemory = NameMemory()) {
        self.database = database
        self.memory = memory
    }

    /// The number of a name; nil when no record has had it.
    func number(of name: Identifier, in table: NameTable) throws -> Int64? {
        let statement = try PreparedStatement(table.numberOfName, in: database)
        defer { statement.reset() }
        try statement.bind(name.bytes, for: table, at: 1)
        return try statement.step() ? statement.integer(0) : nil
    }

    /// The user of a number.
    mutating func user(_ number: Int64) throws -> Identifier {
        try memory.user(number) { try name(number, .users) }
    }

    /// The resource of a number.
    mutating func resource(_ number: Int64) throws -> Identifier {
        try memory.resource(number) { try name(number, .resources) }
    }

    /// Attributes of a shape's number and of values.
    mutating func attributes(_ packed: [UInt8]) throws -> [UInt8]? {
        var values = packed[...]
        guard let number = values.popLength().map(Int64.init) else { return nil }
        return try memory.shape(number) { try name(number, .shapes) }.text(values)
    }

    private mutating func name(_ number: Int64, _ table: NameTable) throws -> [UInt8] {
        let statement = try statement(table)
        defer { statement.reset() }
        try statement.bind(number, at: 1)
        guard try statement.step() else { throw StoredRecordFault(number: number, of: table.rawValue) }
        return statement.bytes(0)
    }

    private mutating func statement(_ table: NameTable) throws -> PreparedStatement {
        if let statement = statements[table] { return statement }
        let statement = try PreparedStatement(table.nameOfNumber, in: database)
        statements[table] = statement
        return statement
    }
}
