internal import AuditRecords
internal import GRDB

/// Looks whether the index of words leads to records that it says it has: they are put into another one in memory, and what leads to
/// them there is to do so in the file. So SQLite cuts words into characters once more, by the same rules.
struct TextIndexInspection {
    private let end: Int64
    private var texts: [(number: Int64, key: RecordKey, text: [UInt8])] = []

    /// Of a file that has such an index; nil of any other.
    init?(in database: Database) throws {
        guard try TextIndex.exists(database) else { return nil }
        end = try TextIndex.end(database)
    }

    /// Takes the record of a number in the order of arrival, if the index says that it has it.
    mutating func add(_ record: AuditRecord, _ number: Int64) throws {
        guard number <= end else { return }
        texts.append((number, record.key, try TextIndex.text(of: record)))
    }

    /// The records that were taken and that the index does not lead to by all that they have.
    func strays(in database: Database) throws -> RecordInspection.Strays {
        var strays = RecordInspection.Strays()
        guard let first = texts.first?.number, let last = texts.last?.number else { return strays }
        let lacking = try DatabaseQueue().inDatabase { own in
            try fill(own)
            return try missing(in: database, own, first...last)
        }
        for (number, key, _) in texts where lacking.contains(number) {
            strays.add(StoredRecordFault.name(of: key))
        }
        return strays
    }

    private func fill(_ own: Database) throws {
        try own.execute(sql: TextIndexSQL.tables)
        try own.execute(sql: TextIndexSQL.terms)
        try own.inTransaction {
            let insert = try PreparedStatement(TextIndexSQL.insert, in: own)
            for (number, _, text) in texts {
                try insert.bind(number, at: 1)
                try insert.bind(text, at: 2)
                try insert.run()
            }
            return .commit
        }
    }

    private func missing(
        in database: Database, _ own: Database, _ range: ClosedRange<Int64>
    ) throws -> Set<Int64> {
        let terms = try PreparedStatement(TextIndexSQL.allTerms, in: own)
        defer { terms.reset() }
        let known = try PreparedStatement(TextIndexSQL.numbersOfRange, in: own)
        let led = try PreparedStatement(TextIndexSQL.numbersOfRange, in: database)
        var missing: Set<Int64> = []
        while try terms.step() {
            let term = TextIndexSQL.quoted(terms.bytes(0))
            var there = try led.numbers(of: term, range)[...]
            for number in try known.numbers(of: term, range) {
                there = there.drop { $0 < number }
                if there.first != number { missing.insert(number) }
            }
        }
        return missing
    }
}

extension PreparedStatement {
    /// The numbers that a term leads to within a range, in order.
    fileprivate func numbers(of term: [UInt8], _ range: ClosedRange<Int64>) throws -> [Int64] {
        defer { reset() }
        try bind(term, at: 1)
        try bind(range.lowerBound, at: 2)
        try bind(range.upperBound, at: 3)
        var numbers: [Int64] = []
        while try step() { numbers.append(integer(0)) }
        return numbers
    }
}
