internal import AuditRecords

/// What a writer knows of a file without asking it: numbers of names, which never change. Forgotten with every transaction
/// that fails, for its numbers were not given.
struct WriterMemory {
    /// So many names of a table, beyond which all are forgotten.
    private static let mostNames = 100_000
    /// So many shapes are remembered that came once.
    private static let mostSeen = 16_384

    /// So many shapes are tried before one is looked up.
    private static let mostRecent = 4

    /// A system and a form.
    struct SystemForm: Hashable {
        let name: Identifier
        let form: AuditIdForm
    }

    /// A name in a system.
    struct OwnName: Hashable {
        let system: Int64
        let name: Identifier
    }

    private let dataVersion: Int64?
    private var users: [OwnName: Int64] = [:]
    private var resources: [OwnName: Int64] = [:]
    private var systems: [SystemForm: Int64] = [:]
    /// Shapes are no ids, but are hashed as fast as those.
    private var shapes: [Identifier: Int64] = [:]
    private var seen: Set<Identifier> = []
    /// Shapes of the last attributes, the last one first.
    private(set) var recentShapes: [(shape: AttributeShape, number: Int64)] = []

    /// Nothing is known. What will be holds until another connection changes the PRAGMA data_version; without one for the
    /// transaction.
    init(_ dataVersion: Int64? = nil) {
        self.dataVersion = dataVersion
    }

    /// Whether it began with this PRAGMA data_version.
    func began(_ dataVersion: Int64) -> Bool { dataVersion == self.dataVersion }

    /// The number of a user, found by `find` if it is not known.
    mutating func user(_ name: OwnName, _ find: () throws -> Int64) rethrows -> Int64 {
        try Self.number(name, in: &users, find)
    }

    /// The number of a resource.
    mutating func resource(_ name: OwnName, _ find: () throws -> Int64) rethrows -> Int64 {
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

    /// Puts one of ``recentShapes`` first.
    mutating func useShape(at place: Int) {
        if place > 0 { recentShapes.swapAt(0, place) }
    }

    /// Puts another shape first.
    mutating func use(_ shape: AttributeShape, number: Int64) {
        if recentShapes.count == Self.mostRecent { recentShapes.removeLast() }
        recentShapes.insert((shape, number), at: 0)
    }

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
