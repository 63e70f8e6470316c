internal import AuditRecords
internal import GRDB

extension EntryWriter {
    /// So many shapes a file numbers. Attributes of others are stored as they are.
    private static let mostShapes = 4096

    /// Packs attributes by the number of their shape; false where they have none.
    mutating func pack(_ attributes: [UInt8]) throws -> Bool {
        // As a rule: of the same kind as one of the last.
        for place in 0..<memory.recentShapes.count {
            packed.removeAll(keepingCapacity: true)
            packed.append(length: Int(memory.recentShapes[place].number))
            if memory.recentShapes[place].shape.append(valuesOf: attributes, to: &packed) {
                memory.useShape(at: place)
                return true
            }
        }
        guard let split = SplitAttributes(attributes), let number = try number(ofShape: split.shape) else {
            return false
        }
        packed.removeAll(keepingCapacity: true)
        packed.append(length: Int(number))
        packed.append(contentsOf: split.values)
        memory.use(AttributeShape(split.shape), number: number)
        return true
    }

    private mutating func number(ofShape shape: [UInt8]) throws -> Int64? {
        if let number = memory.shape(Identifier(shape)) { return number }
        var number = try find(shape: shape)
        if number == nil {
            guard memory.hasSeen(Identifier(shape)), try lastShape() < Self.mostShapes
            else { return nil }
            number = try insert(shape: shape)
        }
        if let number { memory.keep(Identifier(shape), number: number) }
        return number
    }

    static func number(of system: WriterMemory.SystemForm, in database: Database) throws -> Int64 {
        let known = try SystemSearch.systems(named: system.name, in: database)
        if let number = known.first(where: { $0.form == system.form })?.number { return number }
        let statement = try PreparedStatement(
            "INSERT INTO systems (name, form) VALUES (?1, ?2)", in: database)
        try statement.bind(system.name.bytes, at: 1)
        try statement.bind(system.form.rawValue, at: 2)
        try statement.run()
        return database.lastInsertedRowID
    }

    static func number(
        of name: WriterMemory.OwnName, in table: NameTable, of database: Database
    ) throws -> Int64 {
        if let number = try NameNumbers(in: database).number(of: name.name, in: table, name.system) {
            return number
        }
        let statement = try PreparedStatement(table.insertName, in: database)
        try statement.bind(name.system, at: 1)
        try statement.bind(name.name.bytes, at: 2)
        try statement.run()
        return database.lastInsertedRowID
    }

    private func find(shape: [UInt8]) throws -> Int64? {
        let statement = try PreparedStatement(ShapeSQL.numberOfShape, in: database)
        defer { statement.reset() }
        try statement.bind(blob: shape, at: 1)
        return try statement.step() ? statement.heldNumber(0) { "a shape" } : nil
    }

    private func insert(shape: [UInt8]) throws -> Int64 {
        let statement = try PreparedStatement(ShapeSQL.insert, in: database)
        try statement.bind(blob: shape, at: 1)
        try statement.run()
        return database.lastInsertedRowID
    }

    private func lastShape() throws -> Int64 {
        let statement = try PreparedStatement(ShapeSQL.lastNumber, in: database)
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : 0
    }
}
