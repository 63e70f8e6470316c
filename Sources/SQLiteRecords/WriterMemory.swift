internal import AuditRecords

/// What a writer knows of a file without asking it: numbers of names, which never change. Forgotten with every transaction
/// that fails, for its numbers were not given.
struct WriterMemory {
    /// So many names of a table, beyond which all are forgotten.
    private static let mostNames = 100_000
    /// So many shapes are remembered that came once.
    private static let mostSeen = 16_384

    /// A system and a form.
    struct SystemForm: Hashable {
        let name: Identifier
        let form: AuditIdForm
    }

    private var users: [Identifier: Int64] = [:]
    private var resources: [Identifier: Int64] = [:]
    private var systems: [SystemForm: Int64] = [:]
    /// Shapes are no ids, but are hashed as fast as those.
    private var shapes: [Identifier: Int64] = [:]
    private var seen: Set<Identifier> = []

    /// The number of a user, found by `find` if it is not known.
    mutating func user(_ name: Identifier, _ find: () throws -> Int64) rethrows -> Int64 {
        try Self.number(name, in: &users, find)
    }

    /// The number of a resource.
    mutating func resource(_ name: Identifier, _ find: () throws -> Int64) rethrows -> Int64 {
        try Self.number(name, in: &resources, find)
    }

    /// The number of a system for audit ids of a form.
    mutating func system(_ system: SystemForm, _ find: () throws -> Int64) rethrows -> Int64 {
        try Self.number(system, in: &systems, find)
    }

    /// The number of a shape, if it is known.
    func shape(_ shape: Identifier) -> Int64? { shapes[shape] }

    /// Keeps the number of a shape.
    mutating func keep(_ shape: Identifier, number: Int64) { shapes[shape] = number }

    /// Whether a shape has come before: many come once and never again, and to number those would only cost.
    mutating func hasSeen(_ shape: Identifier) -> Bool {
        if seen.count == Self.mostSeen { seen = [] }
        return !seen.insert(shape).inserted
    }

    private static func number<Name: Hashable>(
        _ name: Name, in numbers: inout [Name: Int64], _ find: () throws -> Int64
    ) rethrows -> Int64 {
        if let number = numbers[name] { return number }
        let number = try find()
        if numbers.count == mostNames { numbers = [:] }
        numbers[name] = number
        return number
    }
}

/// What the last transaction of one connection knew.
struct WriterMemories {
    private var connection: ObjectIdentifier?
    private var memory = WriterMemory()

    /// Takes it for a connection: nothing for another one, whose file may be another.
    mutating func take(for connection: ObjectIdentifier) -> WriterMemory {
        defer { self = WriterMemories() }
        return connection == self.connection ? memory : WriterMemory()
    }

    /// Keeps what a transaction knows that has come to its end.
    mutating func keep(_ memory: WriterMemory, for connection: ObjectIdentifier) {
        (self.memory, self.connection) = (memory, connection)
    }
}
