import Synchronization
import TestSupport
import Testing
@testable import DynamoDBRecords
@testable import DynamoDBStandIns
@testable import AuditStores
@testable import StoreConformance

@Suite struct TableScanTests {
    private typealias Answer = ScriptedDynamoDB.Answer

    /// Items of a table, each third of them none of its form.
    private static let items = (0..<40).map { index in
        let time = index.isMultiple(of: 3) ? "2024-01-31T12:00:00+02:00" : "2024-01-31T10:00:00Z"
        return ##"{"PK":{"S":"s#2024-01-31"},"SK":{"S":"\##(time)#id-\##(index)"}}"##
    }

    /// The next page of a segment, of three items at most, each of so many read units.
    private static func answer(_ body: ScriptedDynamoDB.JSON, units: Double) -> Answer {
        let number = { (name: String) in body.object[name] as? Int ?? -1 }
        let own = items.enumerated().filter { $0.offset % number("TotalSegments") == number("Segment") }.map(
            \.element)
        var rest = own[...]
        if let start = body.object["ExclusiveStartKey"] {
            rest = rest.drop { $0 != ScriptedDynamoDB.JSON.text(start) }.dropFirst()
        }
        let page = rest.prefix(min(3, number("Limit")))
        let last = page.count < rest.count ? ",\"LastEvaluatedKey\":\(page.last ?? "")" : ""
        let capacity = "{\"TableName\":\"t\",\"CapacityUnits\":\(units * Double(page.count))}"
        return Answer(
            body: "{\"Items\":[\(page.joined(separator: ","))],\"ConsumedCapacity\":\(capacity)\(last)}")
    }

    private func expectWhole(_ found: TableScan.Progress, _ faults: [ItemFault], segments: Int) {
        #expect(found.itemCount == 40 && found.faultCount == 14 && found.segmentCount == segments)
        let wrong = Self.items.enumerated().filter { $0.offset.isMultiple(of: 3) }.map(\.element)
        #expect(faults.map(\.key).sorted() == wrong.sorted())
        #expect(faults.allSatisfy { $0.detail.contains("not in UTC") })
    }

    @Test(arguments: [1, 2, 3, 7])
    func `every item is looked at once, in however many segments`(_ segments: Int) throws {
        try ScriptedDynamoDB.withClient({ _, body in Self.answer(body, units: 0.5) }) { client, _ in
            let scan = TableScan(table: "audit-records", client: client, segments: segments, rate: 100_000)
            let faults = Mutex<[ItemFault]>([])
            let counts = Mutex<[Int]>([])
            let found = try scan.run { fault in
                faults.withLock { $0.append(fault) }
            } onProgress: { progress in
                counts.withLock { $0.append(progress.itemCount) }
            }
            expectWhole(found, faults.withLock { $0 }, segments: segments)
            #expect(found.capacityUnits == 20)
            let all = counts.withLock { $0 }
            #expect(all == all.sorted() && all.last == 40)
        }
    }

    @Test func `a throttled page is asked again, and pages get smaller where items cost much`() throws {
        let throttled = Mutex(0)
        try ScriptedDynamoDB.withClient({ _, body in
            let isThrottled = throttled.withLock { count in
                count += 1
                return count < 5
            }
            guard !isThrottled else {
                return Answer(
                    status: "400 Bad Request", body: ##"{"__type":"x#ThrottlingException","message":"slow"}"##
                )
            }
            return Self.answer(body, units: 1000)
        }) { client, server in
            let scan = TableScan(table: "audit-records", client: client, segments: 1, rate: 200_000)
            let found = try scan.run { _ in
            } onProgress: { _ in
            }
            #expect(found.itemCount == 40 && found.capacityUnits == 40_000)
            let limits = server.requests.map { ScriptedDynamoDB.JSON($0.body).object["Limit"] as? Int }
            #expect(limits.first == 100 && limits.last == 50)
        }
    }

    @Test func `where DynamoDB refuses, all segments end with its reason`() throws {
        try ScriptedDynamoDB.withClient({ _, body in
            guard body.object["Segment"] as? Int == 1 else { return Self.answer(body, units: 0.5) }
            return Answer(
                status: "400 Bad Request",
                body: ##"{"__type":"x#AccessDeniedException","message":"no dynamodb:Scan"}"##)
        }) { client, _ in
            let scan = TableScan(table: "audit-records", client: client, segments: 3, rate: 100_000)
            let error = #expect(throws: StoreError.self) {
                try scan.run { _ in
                } onProgress: { _ in
                }
            }
            #expect(error?.description.contains("dynamodb:Scan") == true, "\(error as Any)")
        }
    }

    @Test func `items of systems that nobody has named are wrong, where any are named`() throws {
        let items = ["s", "t", "s#"].map { system in
            ##"{"PK":{"S":"\##(system)#2024-01-31"},"SK":{"S":"2024-01-31T10:00:00Z#id"}}"##
        }
        let body = Array("{\"Items\":[\(items.joined(separator: ","))]}".utf8)
        #expect(try ScanAnswer(body).faults.isEmpty)
        let found = try ScanAnswer(body, systems: ["s"])
        #expect(found.itemCount == 3 && found.faults.map(\.key) == Array(items.dropFirst()))
        #expect(found.faults.allSatisfy { $0.detail.contains("store.dynamodb.systems") })
    }
}
