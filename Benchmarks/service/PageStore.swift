import AuditRecords
import AuditStores
internal import QueryService

/// A store that has the same records for every user, newest first, of each as many as its number says.
struct PageStore: RecordStore {
    /// How many, of the user with this number.
    private let recordCount: @Sendable (Int) -> Int

    /// - Parameter recordCount: how many records the user of a number has.
    init(recordCount: @escaping @Sendable (Int) -> Int = { _ in 0 }) {
        self.recordCount = recordCount
    }

    func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
        guard case .user(let user) = read.partition else { return PartitionRun(records: [], resume: nil) }
        let digits = user.bytes.drop { $0 != UInt8(ascii: "-") }.dropFirst().prefix {
            $0 != UInt8(ascii: "@")
        }
        let number = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        let keys = Self.keys.prefix(recordCount(number))
        let rest = read.after.map { after in keys.drop { $0 >= after } } ?? keys
        return PartitionRun(
            records: rest.prefix(read.limit).map {
                AuditRecord(key: $0, userId: user, resourceId: Self.resource, attributes: Self.attributes)
            }, resume: nil)
    }

    func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        FetchedRecords(records: Array(repeating: nil, count: keys.count))
    }

    func fault(of record: AuditRecord) -> String? { nil }

    func put(_ records: [AuditRecord]) throws(StoreError) {}

    func probe() throws(StoreError) {}

    /// In descending order.
    private static let keys = (0..<2000).map { index in
        RecordKey(
            systemId: Identifier("deployments"), instant: Timestamp(seconds: 1_700_000_000 - Int64(index)),
            auditId: Identifier("c34d0bff-9015-4280-a099-\(100_000_000_000 + index)"))
    }
    private static let resource = Identifier("deployments/bucket/17")
    private static let attributes = Array(
        """
        {"action":"ReadBucket","outcome":"AccessDenied","sourceIp":"10.2.97.254","userAgent":"audit audit audit audit",\
        "details":{"durationMs":784,"requestId":"87b341d690d7a28a"}}
        """.utf8)
}
