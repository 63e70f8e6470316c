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

/// What names have which numbers, within one read.
struct NameLookup {
    /// So many names of a table are kept: those of the largest page.
    private static let most = 1000
    /// So many shapes, which may be large.
    private static let mostShapes = 64

    private let database: Database
    private var users: [Int64: Identifier] = [:]
    private var resources: [Int64: Identifier] = [:]
    private var shapes: [Int64: [UInt8]] = [:]

    init(_ database: Database) {
        self.database = database
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
        if let user = users[number] { return user }
        let user = Identifier(try name(number, .users))
        if users.count == Self.most { users = [:] }
        users[number] = user
        return user
    }

    /// The resource of a number.
    mutating func resource(_ number: Int64) throws -> Identifier {
        if let resource = resources[number] { return resource }
        let resource = Identifier(try name(number, .resources))
        if resources.count == Self.most { resources = [:] }
        resources[number] = resource
        return resource
    }

    /// Attributes of a shape's number and of values.
    mutating func attributes(_ packed: [UInt8]) throws -> [UInt8]? {
        var values = packed[...]
        guard let number = values.popLength().map(Int64.init) else { return nil }
        var shape = shapes[number] ?? []
        if shape.isEmpty {
            shape = try name(number, .shapes)
            if shapes.count == Self.mostShapes { shapes = [:] }
            shapes[number] = shape
        }
        return AttributeShape.text(shape, values)
    }

    private func name(_ number: Int64, _ table: NameTable) throws -> [UInt8] {
        let statement = try PreparedStatement(table.nameOfNumber, in: database)
        defer { statement.reset() }
        try statement.bind(number, at: 1)
        guard try statement.step() else { throw StoredRecordFault(number: number, of: table.rawValue) }
        return statement.bytes(0)
    }
}
