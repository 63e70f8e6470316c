import AuditRecords
import AuditStores
import GRDB
import TestSupport
import Testing

@testable import SQLiteRecords

/// Rows of a file, from one to the next and from one to any other.
@Suite struct RowCursorTests {
    /// A file with rows of these numbers, whose user is the number again.
    private func withRows(_ numbers: [Int64], _ body: (Database) throws -> Void) throws {
        try DatabaseQueue().write { database in
            try database.execute(sql: SQLiteSchema.tables)
            for number in numbers {
                try database.execute(
                    sql: "INSERT INTO entries VALUES (?1, 1, ?1, 0, x'00', ?1, 1, '{}')", arguments: [number])
            }
            try body(database)
        }
    }

    @Test(arguments: SortOrder.allCases)
    func `each row that is there is found, wherever the cursor was before`(order: SortOrder) throws {
        let numbers = (1...60 as ClosedRange<Int64>).filter { $0 % 7 != 0 && !(20...25).contains($0) }
        try withRows(numbers) { database in
            forAll(cases: 50) { random in
                var cursor = try RowCursor(0, order, in: database)
                defer { cursor.end() }
                var row = Int64.random(in: 0...61, using: &random)
                for _ in 0..<40 {
                    let isThere = try cursor.go(to: row)
                    try require(isThere == numbers.contains(row), "row \(row)")
                    if isThere { try require(cursor.statement.integer(0) == row, "row \(row) is another") }
                    // As a rule one of those beside it.
                    row =
                        Bool.random(using: &random)
                        ? row + (order == .ascending ? 1 : -1) : Int64.random(in: 0...61, using: &random)
                }
            }
        }
    }

    @Test func `a row that comes next is a step, and no search`() throws {
        try withRows([1, 2, 3, 5]) { database in
            var cursor = try RowCursor(0, .ascending, in: database)
            defer { cursor.end() }
            #expect(!cursor.isBefore(1))
            #expect(try cursor.go(to: 1) && cursor.isBefore(2) && !cursor.isBefore(1))
            // A search would find it: what it looks for is bound anew.
            try database.execute(sql: "DELETE FROM entries WHERE sequence = 3")
            #expect(try cursor.go(to: 2) && !cursor.go(to: 3) && !cursor.isBefore(4))
            #expect(try cursor.go(to: 5) && cursor.isBefore(6))
        }
    }

    @Test func `the first and the last number that there can be have no row beyond them`() throws {
        try withRows([.min, .min + 1, .max - 1, .max]) { database in
            for order in SortOrder.allCases {
                var cursor = try RowCursor(0, order, in: database)
                defer { cursor.end() }
                for row in [Int64.max - 1, .max, .min, .min + 1, .min, .max] {
                    #expect(try cursor.go(to: row) && cursor.statement.integer(3) == row, "\(order)")
                }
            }
        }
    }

    @Test func `cursors of one read are at rows of their own`() throws {
        try withRows(Array(1...9)) { database in
            var cursors = try (0..<3).map { try RowCursor($0, .descending, in: database) }
            defer { for cursor in cursors { cursor.end() } }
            for step in 0..<3 as Range<Int64> {
                for place in cursors.indices {
                    let row = Int64(3 * (place + 1)) - step
                    #expect(try cursors[place].go(to: row) && cursors[place].isBefore(row - 1))
                }
            }
            #expect(cursors.map { $0.statement.integer(3) } == [1, 4, 7])
        }
    }
}
