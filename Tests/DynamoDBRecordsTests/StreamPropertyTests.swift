import AuditStores
import AuditRecords
import DemoData
import StoreConformance
import TestSupport
import Testing
@testable import DynamoDBRecords
@testable import DynamoDBStandIns

/// Writers, shards that split, workers that come and go, and followers with tokens, against what was written.
struct StreamPropertyTests {
    /// What was written, in order.
    private struct Written {
        let record: AuditRecord
        let number: Int
        let time: Int64
    }

    /// One who follows: by any worker, and sometimes from a token of before.
    private struct Follower {
        let scope: SystemScope
        let begin: Int64
        /// What was written when it began.
        let first: Int
        var place: ArrivalPlace
        var before: ArrivalPlace
        var seen: [AuditRecord] = []

        /// Whether it must be given a record, and may be.
        func mayHave(_ written: Written) -> Bool { scope.contains(written.record.key.systemId) }
    }

    private struct World {
        let model: StreamModel
        let make: () -> DynamoDBStore
        var random: SplitMix64
        var workers: [DynamoDBStore] = []
        var written: [Written] = []
        var followers: [Follower] = []
        /// By the model's clock, which runs ahead.
        static var budget: Budget {
            let end = ContinuousClock.now + .seconds(100_000_000)
            return Budget(soft: end, deadline: end)
        }
        static let systems: [Identifier] = ["billing", "crm", "crm-eu"]

        mutating func write() throws {
            for _ in 0..<random.number(in: 1...20) {
                if random.once(in: 10) {
                    let key = "{\"PK\":{\"S\":\"gone\"},\"SK\":{\"S\":\"gone\"}}"
                    model.write(key: "gone\(random.number(below: 9))", nil, keys: key)
                    continue
                }
                let number = written.count
                // Few, so that many are replaced; and each says which it is.
                let record = TestRecord.make(
                    Identifier("id-\(random.number(below: 8))"),
                    at: "2027-01-1\(random.number(below: 4))T08:00:00Z",
                    system: random.pick(Self.systems), user: Identifier("\(number)"))
                try model.write(record)
                written.append(Written(record: record, number: number, time: model.time))
            }
        }

        mutating func worker() -> DynamoDBStore {
            if workers.count < 3 || random.once(in: 8) { workers.append(make()) }
            if workers.count > 4 { workers.removeFirst() }
            return random.pick(workers)
        }

        /// A worker that was asked in vain, by throttling, is asked again.
        func patient<Value>(_ body: () throws(StoreError) -> Value) throws -> Value {
            for _ in 0..<200 {
                do throws(StoreError) {
                    return try body()
                } catch {
                    guard error.code == .busy else { throw error }
                    model.pass(seconds: 1)
                }
            }
            throw Falsified(description: "throttled for ever")
        }

        mutating func begin() throws {
            let worker = worker()
            let begin = model.time
            let first = written.count
            let place = try patient { () throws(StoreError) in
                try worker.arrivalEnd(deadline: .now + .seconds(60))
            }
            let scopes: [SystemScope] = [.all, .only([.exact("crm")]), .only([.prefix("b")])]
            followers.append(
                Follower(scope: random.pick(scopes), begin: begin, first: first, place: place, before: place))
        }

        /// A page for one of them; whether it was at the end.
        mutating func read(_ index: Int) throws -> Bool {
            let worker = worker()
            var follower = followers[index]
            // Its last page got lost, or its checkpoint did.
            if random.once(in: 10) { follower.place = follower.before }
            let read = ArrivalRead(
                after: follower.place, limit: random.pick([1, 3, 20, 1000]),
                restriction: Restriction(scope: follower.scope), budget: Self.budget)
            let arrivals = try patient { () throws(StoreError) in try worker.arrivals(read) }
            guard case .run(let run) = arrivals else { throw Falsified(description: "lost: \(arrivals)") }
            follower.seen += run.records
            follower.before = follower.place
            // Any record's place will do.
            let place = random.once(in: 5) ? run.arrivals.last?.place ?? run.end : run.end
            guard let opened = ArrivalPlace(bytes: place.bytes) else {
                throw Falsified(description: "a token that does not open")
            }
            follower.place = opened
            followers[index] = follower
            return run.isAtEnd
        }

        mutating func step() throws {
            switch random.number(below: 12) {
            case 0...3: try write()
            case 4: model.split(into: random.number(in: 1...2))
            case 5: model.pass(seconds: Int64(random.pick([1, 5, 400, 1500])))
            case 6 where followers.count < 4: try begin()
            default:
                guard !followers.isEmpty else { return try begin() }
                _ = try read(random.number(below: followers.count))
            }
        }

        /// Reads until there is nothing for long enough.
        mutating func drain() throws {
            for index in followers.indices {
                var (quiet, rounds) = (0, 0)
                while quiet < 8 {
                    rounds += 1
                    try require(rounds < 3000, "it does not come to an end")
                    let count = followers[index].seen.count
                    let isAtEnd = try read(index)
                    quiet = isAtEnd && followers[index].seen.count == count ? quiet + 1 : 0
                    model.pass(seconds: 2)
                }
            }
        }

        func check() throws {
            for follower in followers {
                var firsts: [AuditRecord: Int] = [:]
                for (index, record) in follower.seen.enumerated() where firsts[record] == nil {
                    firsts[record] = index
                }
                for record in follower.seen {
                    try require(follower.scope.contains(record.key.systemId), "\(record) may not be seen")
                    guard let version = Int(record.userId.description) else {
                        throw Falsified(description: "\(record)")
                    }
                    try require(written[version].record == record, "\(record) was never written")
                    try require(written[version].time >= follower.begin - 300, "\(record) is of long before")
                }
                var last: [RecordKey: (number: Int, place: Int)] = [:]
                for one in written where follower.mayHave(one) && one.number >= follower.first {
                    guard let place = firsts[one.record] else {
                        throw Falsified(description: "\(one) is left out of \(follower.seen.count)")
                    }
                    if let before = last[one.record.key] {
                        try require(before.place < place, "\(one) comes before \(before)")
                    }
                    last[one.record.key] = (one.number, place)
                }
            }
        }
    }

    @Test
    func
        `each record is delivered, in order, and none to who may not see it, whatever becomes of shards and workers`()
        throws
    {
        forAll(cases: 12) { random in
            let temper = StreamModel.Temper(
                throttle: random.pick([.max, 10, 4]), empty: random.pick([.max, 8, 4]),
                twice: random.pick([.max, 3]),
                page: random.pick([1000, 1000, 5]), lateness: random.pick([0, 2]))
            let model = StreamModel(random.fork(), shards: random.number(in: 1...3), temper: temper)
            try ScriptedDynamoDB.with(model) { store in
                var world = World(model: model, make: store, random: random.fork())
                if random.once(in: 2) { try world.write() }
                for _ in 0..<80 { try world.step() }
                try world.drain()
                try world.check()
            }
        }
    }
}
