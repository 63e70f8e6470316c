internal import Threads
internal import GRDB

/// A file that is open, and what is known of it: with another file in its place all of that is nothing.
final class OpenFile: Sendable {
    let pool: DatabasePool
    let device: UInt
    let inode: UInt
    /// What the last transaction of this process knew.
    let memory = Locked(WriterMemory())
    private let names = Locked<[ObjectIdentifier: NameMemory]>([:])
    private let namesByteCount: Int

    /// A file of which each connection keeps so many bytes of names.
    init(pool: DatabasePool, device: UInt, inode: UInt, namesByteCount: Int) {
        (self.pool, self.device, self.inode) = (pool, device, inode)
        self.namesByteCount = namesByteCount
    }

    /// What one of its connections knows, within a read of it. A connection does one thing at a time, and so nobody else has it.
    func names(of database: Database) throws -> NameMemory {
        let version = try Self.dataVersion(database)
        let memory = names.withLock { names in
            let connection = ObjectIdentifier(database)
            let memory = names[connection] ?? NameMemory(mostBytes: namesByteCount)
            names[connection] = memory
            return memory
        }
        memory.begin(version)
        return memory
    }

    /// Takes what the last transaction knew; nothing where somebody else has written since, who may have put a backup in.
    func takeMemory(_ database: Database) throws -> WriterMemory {
        let version = try Self.dataVersion(database)
        return memory.withLock { memory in
            var taken = WriterMemory()
            swap(&taken, &memory)
            return taken.began(version) ? taken : WriterMemory(version)
        }
    }

    private static func dataVersion(_ database: Database) throws -> Int64 {
        let statement = try PreparedStatement("PRAGMA data_version", in: database)
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : 0
    }
}
