internal import AuditRecords
internal import GRDB

/// Goes from row to row of a file. Rows that a load wrote one behind the other are as a rule those that come next in their system's log:
/// the next row is a step, which takes a fifth of looking it up.
struct RowCursor {
    /// The statement; at a row once ``go(to:)`` has found it.
    let statement: PreparedStatement
    private let step: Int64
    /// The row that a step leads to, unless it is gone.
    private var next: Int64?

    /// The most cursors of a read.
    static let most = 8

    /// One of a read's cursors: each has a statement of its own.
    init(_ number: Int, _ order: SortOrder, in database: Database) throws {
        statement = try PreparedStatement(SQLiteSchema.entries(order, cursor: number), in: database)
        step = order == .ascending ? 1 : -1
    }

    /// Whether a row is the one that comes next.
    func isBefore(_ row: Int64) -> Bool { next == row }

    /// Goes to a row; false where there is none.
    mutating func go(to row: Int64) throws -> Bool {
        let isNext = next == row
        next = nil
        if try !isNext || !isAt(row) {
            statement.reset()
            try statement.bind(row, at: 1)
            guard try isAt(row) else { return false }
        }
        // Behind the last number that there can be is the first, where a step does not lead.
        next = row &+ step
        return true
    }

    private func isAt(_ row: Int64) throws -> Bool { try statement.step() && statement.integer(3) == row }

    /// Ends the reading.
    func end() { statement.reset() }
}
