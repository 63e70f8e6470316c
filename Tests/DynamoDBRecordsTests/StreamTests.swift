import AuditStores
import AuditRecords
import DemoData
import StoreConformance
import TestSupport
import Testing
@testable import DynamoDBRecords
@testable import DynamoDBStandIns

/// What a follower is given by stores over a ``StreamModel``, each of which is a process of its own.
struct StreamTests {
    static let time = "2027-01-15T08:00:00Z"

    static func record(_ id: Int, system: Identifier = "system", user: Identifier = "u") -> AuditRecord {
        TestRecord.make(Identifier("id-\(id)"), at: time, system: system, user: user)
    }

    /// All that is behind a place, and where that ends.
    static func all(
        _ store: DynamoDBStore, after place: ArrivalPlace?, limit: Int = 1000, scope: SystemScope = .all
    ) throws -> (records: [AuditRecord], place: ArrivalPlace) {
        var (found, place, end) = ([AuditRecord](), place, nil as ArrivalPlace?)
        try untilDone("the end of the stream") {
            let read = ArrivalRead(
                after: place, limit: limit, restriction: Restriction(scope: scope), budget: .ample)
            switch try store.arrivals(read) {
            case .lost(let loss): throw loss
            case .run(let run):
                found += run.records
                // As it comes back from a client.
                guard let opened = ArrivalPlace(bytes: run.end.bytes) else { throw Failure("no place") }
                (place, end) = (opened, run.end)
                return run.isAtEnd
            }
        }
        return (found, try #require(end))
    }

    static func now(_ store: DynamoDBStore) throws -> ArrivalPlace {
        try store.arrivalEnd(deadline: .now + .seconds(60))
    }

    @Test func `it begins now, and goes on in another process`() throws {
        let model = StreamModel(SplitMix64(seed: 1), shards: 3)
        try ScriptedDynamoDB.with(model) { store in
            let (one, other) = (store(), store())
            try model.write(Self.record(0))
            model.pass(seconds: 3600)
            let place = try Self.now(one)
            #expect(try Self.all(one, after: place).records.isEmpty)
            try model.write(Self.record(1))
            #expect(try Self.all(one, after: place).records == [Self.record(1)])
            // Which knows nothing of what was there when it began, but when that was.
            let found = try Self.all(other, after: place)
            #expect(found.records == [Self.record(1)])
            try model.write(Self.record(2))
            #expect(try Self.all(store(), after: found.place).records == [Self.record(2)])
        }
    }

    @Test func `what came in a shard before it split comes before what came in those that came of it`() throws
    {
        let model = StreamModel(SplitMix64(seed: 2), shards: 2)
        try ScriptedDynamoDB.with(model) { store in
            let one = store()
            let place = try Self.now(one)
            var written: [AuditRecord] = []
            for version in 0..<6 {
                for id in 0..<4 {
                    written.append(Self.record(id, user: Identifier("v\(version)")))
                    try model.write(written[written.count - 1])
                }
                model.split(into: 1 + version % 2)
            }
            model.pass(seconds: 2)
            for reader in [one, store()] {
                for limit in [1, 3, 1000] {
                    let found = try Self.all(reader, after: place, limit: limit)
                    #expect(found.records.count == written.count)
                    for id in 0..<4 {
                        let versions = found.records.filter { $0.key == Self.record(id).key }.map(\.userId)
                        #expect(versions == (0..<6).map { Identifier("v\($0)") })
                    }
                }
            }
        }
    }

    @Test func `what is no record is passed over, and told`() throws {
        let model = StreamModel(SplitMix64(seed: 3))
        try ScriptedDynamoDB.with(model) { store in
            let store = store()
            let place = try Self.now(store)
            for item in [
                "{\"PK\":{\"S\":\"audit-query:systems\"},\"SK\":{\"S\":\"billing\"}}",
                "{\"PK\":{\"S\":\"META\"},\"SK\":{\"S\":\"META\"},\"n\":{\"N\":\"1\"}}",
            ] { model.write(key: "x", item, keys: item) }
            try model.write(Self.record(1))
            model.write(key: "y", nil, keys: "{\"PK\":{\"S\":\"system#2027-01-15\"},\"SK\":{\"S\":\"x\"}}")
            #expect(try Self.all(store, after: place).records == [Self.record(1)])
        }
    }

    @Test func `what has been forgotten is said to be lost`() throws {
        let model = StreamModel(SplitMix64(seed: 4), shards: 2)
        try ScriptedDynamoDB.with(model) { store in
            let (one, other) = (store(), store())
            let begin = try Self.now(one)
            try model.write(Self.record(1))
            try model.write(Self.record(2))
            let place = try Self.all(one, after: begin).place
            try model.write(Self.record(3))
            model.pass(seconds: 80_000)
            try model.write(Self.record(4))
            #expect(Set(try Self.all(other, after: place).records) == [Self.record(3), Self.record(4)])
            model.pass(seconds: 10_000)
            // A process that has read nothing of it.
            for place in [begin, place] {
                #expect(throws: PlaceLoss.trimmed) { try Self.all(store(), after: place) }
            }
        }
    }

    @Test func `what was forgotten at the front of a shard that is not begun is lost too`() throws {
        let model = StreamModel(SplitMix64(seed: 5))
        try ScriptedDynamoDB.with(model) { store in
            let begin = try Self.now(store())
            model.split(into: 1)
            let place = try Self.all(store(), after: begin).place
            try model.write(Self.record(1))
            model.pass(seconds: 86_000)
            try model.write(Self.record(2))
            model.pass(seconds: 1000)
            #expect(throws: PlaceLoss.trimmed) { try Self.all(store(), after: place) }
        }
    }

    @Test func `another stream of the table, and another store, are not gone on in`() throws {
        let model = StreamModel(SplitMix64(seed: 6))
        try ScriptedDynamoDB.with(model) { store in
            let one = store()
            let place = try Self.now(one)
            model.renew()
            model.pass(seconds: 10)
            for reader in [one, store()] {
                let found = try Self.now(reader)
                #expect(found.origin != place.origin)
                #expect(throws: PlaceLoss.otherStream) { try Self.all(reader, after: place) }
            }
            let foreign = ArrivalPlace(origin: 7, number: 3)
            #expect(throws: PlaceLoss.otherStream) { try Self.all(one, after: foreign) }
        }
    }

    @Test(arguments: [nil, "KEYS_ONLY", "OLD_IMAGE"])
    func `a table without a stream of what is written says what to do`(_ view: String?) throws {
        let model = StreamModel(SplitMix64(seed: 7))
        model.setView(view)
        try ScriptedDynamoDB.with(model) { store in
            let error = #expect(throws: StoreError.self) { try Self.now(store()) }
            #expect(error?.code == .unfollowed && error?.description.contains("update-table") == true)
        }
    }

    @Test func `many who wait ask once, and are woken`() throws {
        let model = StreamModel(SplitMix64(seed: 8), shards: 2)
        var pace = model.pace
        (pace.interval, pace.burst, pace.rate) = (
            StreamPace().interval, StreamPace().burst, StreamPace().rate
        )
        try ScriptedDynamoDB.with(model, pace: pace) { store in
            let store = store()
            let place = try Self.now(store)
            let first = model.calls("GetRecords")
            let mark = try Self.all(store, after: place).place.number
            for _ in 0..<100 {
                #expect(try store.arrivalMark(deadline: .now + .seconds(60)) == mark)
                #expect(try Self.all(store, after: place).records.isEmpty)
            }
            #expect(model.calls("GetRecords") == first)
            try model.write(Self.record(1))
            model.pass(seconds: 2)
            #expect(try store.arrivalMark(deadline: .now + .seconds(60)) != mark)
            #expect(model.calls("GetRecords") == first + 2)
            for _ in 0..<100 { #expect(try Self.all(store, after: place).records == [Self.record(1)]) }
            #expect(model.calls("GetRecords") == first + 2)
        }
    }

    @Test func `an iterator that has expired is asked for anew, and nothing is left out`() throws {
        let model = StreamModel(SplitMix64(seed: 9))
        try ScriptedDynamoDB.with(model) { store in
            let store = store()
            let place = try Self.now(store)
            model.pass(seconds: 1000)
            try model.write(Self.record(1))
            let found = try Self.all(store, after: place)
            #expect(found.records == [Self.record(1)])
            model.pass(seconds: 1000)
            try model.write(Self.record(2))
            #expect(try Self.all(store, after: found.place).records == [Self.record(2)])
        }
    }
}

extension StreamModel {
    /// Writes a record.
    func write(_ record: AuditRecord) throws {
        var item: [UInt8] = []
        try ItemWriter.append(record, to: &item)
        let text = String(decoding: item, as: UTF8.self)
        write(key: String(decoding: SystemDay.text(record.key), as: UTF8.self), text, keys: "{}")
    }
}
