import LogFormats
import DynamoDBRecords
internal import QueryService
internal import Foundation

/// The body of an answer to a Query of real records, as large as DynamoDB makes it.
struct Page {
    /// DynamoDB ends a page at 1 MB.
    private static let byteCount = 1 << 20

    let body: [UInt8]
    let recordCount: Int

    /// A page of the first records of a file, one JSON object a line.
    init(file: String) throws {
        let lines = try Data(contentsOf: URL(fileURLWithPath: file)).split(separator: UInt8(ascii: "\n"))
        var body = Array("{\"Items\":[".utf8)
        var count = 0
        for line in lines {
            var item: [UInt8] = []
            try ItemWriter.append(try RecordLine.record(Array(line)), to: &item)
            guard body.count + item.count < Self.byteCount else { break }
            if count > 0 { body.append(UInt8(ascii: ",")) }
            body += item
            count += 1
        }
        body += Array("],\"Count\":\(count),\"ScannedCount\":\(count)}".utf8)
        self.body = body
        recordCount = count
    }
}
