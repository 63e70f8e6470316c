package import AuditRecords
package import AuditStores
internal import Threads
internal import JSONBytes
package import AWS
internal import Synchronization

/// Looks at every item of the table, and finds those that are no records of its form: in several segments at once,
/// no faster than a rate (docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html).
///
/// For operators: it needs `dynamodb:Scan` on the table, which workers do not have, and costs half a read unit for each
/// 4 KB.
package struct TableScan: Sendable {
    /// How far a scan has come.
    package struct Progress: Sendable, Hashable {
        /// Items looked at.
        package var itemCount = 0
        /// Those that are none of the table's form.
        package var faultCount = 0
        /// Read units that it cost.
        package var capacityUnits = 0.0
        /// Segments that are read to their end.
        package var segmentCount = 0
        /// The systems of the records, ``SystemList/mostSystems`` at most.
        package var systems: Set<Identifier> = []
        /// Records that are in their day's partition without a number, though the day is spread.
        package var strayCount = 0
        /// What the list of systems says. One that somebody else listed meanwhile may be missing.
        package var list = SystemList.Contents()

        /// At the beginning.
        package init() {}
    }

    /// How long a segment may be throttled before the scan gives up.
    private static let patience = Duration.seconds(300)
    private static let callTime = Duration.seconds(60)

    private let calls: DynamoDBCalls
    private let systems: Set<Identifier>
    private let indexes: [AttributeIndex]
    private let plan: ShardPlan?
    private let segments: Int
    private let rate: Int

    /// A scan of a table in the client's region, in so many segments (1 to 1,000,000) at once, of so many read units
    /// a second (at least 1) in all. Where systems are named, items of others are wrong, and so are those that one of the indexes
    /// of attributes does not have and should; where there is a plan of shards, those that are not where it has them.
    package init(
        table: String, systems: [Identifier] = [], indexes: [AttributeIndex] = [], plan: ShardPlan? = nil,
        client: ServiceClient, segments: Int, rate: Int
    ) {
        calls = DynamoDBCalls(client: client, table: table)
        self.systems = Set(systems)
        self.indexes = indexes
        self.plan = plan
        self.segments = segments
        self.rate = rate
    }

    /// Reads to the end.
    ///
    /// - Parameters:
    ///   - onFault: Is told each item that is wrong, on one thread at a time. What it throws ends the scan.
    ///   - onProgress: Is told how far it has come, after each page, on one thread at a time.
    /// - Returns: how far it has come: to the end.
    /// - Throws: where DynamoDB does not answer any more. What was found until then has been told.
    package func run(
        onFault: @escaping @Sendable (ItemFault) throws(StoreError) -> Void,
        onProgress: @escaping @Sendable (Progress) -> Void
    ) throws(StoreError) -> Progress {
        let run = Run(scan: self, onFault: onFault) { progress, _ throws(StoreError) in onProgress(progress) }
        try readAll(by: run)
        return run.progress
    }

    /// Reads all segments.
    func readAll(by run: Run) throws(StoreError) {
        let helpers = HelperThreads(limit: segments - 1)
        let results = helpers.map(segments) { segment in
            Result { () throws(StoreError) in try run.read(segment) }
        }
        for result in results { try result.get() }
    }

    /// What the threads of one scan share.
    final class Run: Sendable {
        private let scan: TableScan
        private let onFault: @Sendable (ItemFault) throws(StoreError) -> Void
        /// Is told how far it has come, and what each page has of systems' days.
        private let onPage: @Sendable (Progress, [Identifier: [Day: Int]]) throws(StoreError) -> Void
        private let state = Mutex((progress: Progress(), hasFailed: false))
        /// Counts thousandths of read units: a page may cost half a one. Who waits holds it, as nobody else may go on.
        private let pacer: Mutex<Pacer>

        init(
            scan: TableScan, onFault: @escaping @Sendable (ItemFault) throws(StoreError) -> Void,
            onPage: @escaping @Sendable (Progress, [Identifier: [Day: Int]]) throws(StoreError) -> Void
        ) {
            self.scan = scan
            self.onFault = onFault
            self.onPage = onPage
            pacer = Mutex(Pacer(rate: scan.rate * 1000))
        }

        var progress: Progress { state.withLock { $0.progress } }

        /// Reads a segment to its end, or until another one has failed.
        func read(_ segment: Int) throws(StoreError) {
            do throws(StoreError) {
                var page = Page(limit: 100)
                repeat {
                    let answer = try ask(segment, page)
                    try note(answer)
                    page.next(answer, share: Double(scan.rate) / Double(4 * scan.segments))
                    let cost = Int(1000 * answer.consumedCapacity)
                    pacer.withLock { $0.pass(cost) }
                } while page.startKey != nil && !state.withLock { $0.hasFailed }
            } catch {
                state.withLock { $0.hasFailed = true }
                throw error
            }
        }

        private func ask(_ segment: Int, _ page: Page) throws(StoreError) -> ScanAnswer {
            let body = scan.body(segment, page)
            var pause = Pause(until: .now + TableScan.patience)
            while true {
                do throws(StoreError) {
                    var usage = StoreUsage.none
                    return try scan.calls.call(
                        .scan, body, deadline: .now + TableScan.callTime, usage: &usage
                    ) {
                        bytes throws(JSONFault) in
                        (
                            try ScanAnswer(
                                bytes, systems: scan.systems, indexes: scan.indexes, plan: scan.plan), 0
                        )
                    }
                } catch  where error.code == .busy {
                    try pause.wait(after: "\(error), and so it was")
                }
            }
        }

        private func note(_ answer: ScanAnswer) throws(StoreError) {
            try state.withLock { state throws(StoreError) in
                state.progress.itemCount += answer.itemCount
                state.progress.faultCount += answer.faults.count
                state.progress.strayCount += answer.strayCount
                state.progress.capacityUnits += answer.consumedCapacity
                if state.progress.systems.count < SystemList.mostSystems {
                    state.progress.systems.formUnion(answer.systems)
                }
                for content in answer.listed { state.progress.list.note(content) }
                if answer.lastEvaluatedKey == nil { state.progress.segmentCount += 1 }
                for fault in answer.faults { try onFault(fault) }
                try onPage(state.progress, answer.days)
            }
        }
    }

    /// The next page of a segment: where it begins, and how many items it has at most.
    private struct Page {
        private static let most = 10_000.0

        var startKey: [UInt8]?
        var limit: Int

        /// Takes note of a page, so that the next one costs a share of read units at most, if its items are alike.
        mutating func next(_ answer: ScanAnswer, share: Double) {
            startKey = answer.lastEvaluatedKey
            guard answer.itemCount > 0, answer.consumedCapacity > 0 else { return }
            limit = Int(max(1, min(Self.most, share * Double(answer.itemCount) / answer.consumedCapacity)))
        }
    }

    private func body(_ segment: Int, _ page: Page) -> [UInt8] {
        var body: [UInt8] = []
        body.append(json: "{\"TableName\":")
        body.append(jsonString: calls.table.utf8)
        body.append(
            contentsOf: ",\"Segment\":\(segment),\"TotalSegments\":\(segments),\"Limit\":\(page.limit)".utf8)
        if let startKey = page.startKey {
            body.append(json: ",\"ExclusiveStartKey\":")
            body.append(contentsOf: startKey)
        }
        body.append(json: ",\"ReturnConsumedCapacity\":\"TOTAL\"}")
        return body
    }
}
