import AuditStores
import DynamoDBRecords
internal import QueryService
internal import Foundation

/// The seconds of one core that each way takes for a page, measured one after the other: what else the machine
/// does is not counted.
struct Turn {
    let answer: Double
    let written: Double
    let foundation: Double

    init(_ page: Page, search: UnrestrictedSearch) throws {
        let query = RecordQuery()
        let data = Data(page.body)
        answer = try Self.seconds(times: 100) { try QueryAnswer(page.body).records.count }
        written = try Self.seconds(times: 100) {
            let records = try QueryAnswer(page.body).records
            return try search.json(RecordPage(records: records, stop: .end, resume: nil), of: query).count
        }
        foundation = try Self.seconds(times: 3) {
            try JSONDecoder().decode(QueryModel.self, from: data).items.count
        }
    }

    /// The mean of as many times.
    private static func seconds(times: Int, _ work: () throws -> Int) throws -> Double {
        var sum = 0
        let start = clock()
        for _ in 0..<times { sum += try work() }
        let taken = Double(clock() - start) / Double(CLOCKS_PER_SEC)
        // What is counted is used, so that the compiler leaves the work in.
        guard sum > 0 else { throw CocoaError(.coderValueNotFound) }
        return taken / Double(times)
    }
}
