@testable import DynamoDBRecords
import DemoData
import Foundation
import Synchronization
import TestSupport

/// A table's stream by the rules of DynamoDB's documents, and where those leave it open, as awkward as they allow: shards split and
/// end, are listed late, give empty pages with an iterator, give records twice, throttle, and forget. Time passes only when it is told
/// to, and as those wait who are given ``pace``.
///
/// Sources: the API Reference of DynamoDB Streams (DescribeStream, GetShardIterator, GetRecords) and "Change data capture for DynamoDB
/// Streams" of the Developer Guide.
final class StreamModel: Sendable {
    struct Change {
        let number: Int
        let created: Int64
        /// What `dynamodb` and `eventName` say, as JSON.
        let event: String
    }

    struct Shard {
        let id: String
        let parent: String?
        /// Which hashes of partition keys it has.
        let keys: ClosedRange<Int>
        let first: Int
        var changes: [Change] = []
        /// So many of them, from the front, are forgotten.
        var trimmed = 0
        var isClosed = false
        var closed: Int64 = 0
        /// How often the shards are listed without it.
        var unlisted: Int

        var last: Int { changes.last?.number ?? first }
    }

    /// How awkward it is: once in so many answers.
    struct Temper {
        var throttle = Int.max
        var empty = Int.max
        var twice = Int.max
        /// The most records of an answer.
        var page = 1000
        /// The most times that a new shard is not listed.
        var lateness = 0
    }

    struct State {
        var random: SplitMix64
        var shards: [Shard] = []
        var stream = 1
        var temper = Temper()
        var calls: [String: Int] = [:]
        /// How many shards there have been.
        var made = 0
        var view: String? = "NEW_AND_OLD_IMAGES"
        /// Seconds since 1970.
        var time: Int64 = 1_800_000_000
        /// A part of a second that is counted on, for who waits.
        var fraction = Duration.zero
    }

    static let hashes = 0...9_999
    private static let iteratorLife: Int64 = 900
    private static let retention: Int64 = 86_400
    private let begin = ContinuousClock.now
    private let beginTime: Int64 = 1_800_000_000
    let state: Mutex<State>

    init(_ random: SplitMix64, shards count: Int = 1, temper: Temper = Temper()) {
        state = Mutex(State(random: random))
        state.withLock { state in
            state.temper = temper
            let width = Self.hashes.count / count
            for index in 0..<count {
                let upper = index == count - 1 ? Self.hashes.upperBound : (index + 1) * width - 1
                state.add(index * width...upper, parent: nil)
            }
        }
    }

    /// A pace by its clock, as fast as it goes.
    var pace: StreamPace {
        var pace = StreamPace.unbounded
        pace.now = { [self] in state.withLock { begin + .seconds($0.time - beginTime) + $0.fraction } }
        pace.wall = { [self] in state.withLock { $0.time } }
        pace.wait = { [self] pause in state.withLock { $0.fraction += pause } }
        return pace
    }

    var time: Int64 { state.withLock { $0.time } }

    var arn: String { state.withLock { Self.arn(&$0) } }

    func setView(_ view: String?) { state.withLock { $0.view = view } }

    /// How often an operation was called.
    func calls(_ operation: String) -> Int { state.withLock { $0.calls[operation] ?? 0 } }

    func pass(seconds: Int64) {
        state.withLock { state in
            state.time += seconds
            let horizon = state.time - Self.retention
            for index in state.shards.indices {
                state.shards[index].trimmed = state.shards[index].changes.count { $0.created < horizon }
            }
            // A shard goes from the list when nothing of it is kept.
            state.shards.removeAll { $0.isClosed && $0.closed < horizon }
        }
    }

    /// What was written of an item, in its shard; nothing where it was removed.
    func write(key: String, _ image: String?, keys: String) {
        state.withLock { state in
            let hash = Int(ShardName.hash(key) % UInt64(Self.hashes.count))
            guard let index = state.shards.lastIndex(where: { !$0.isClosed && $0.keys.contains(hash) }) else {
                return
            }
            // Numbers of one shard grow, and are no neighbours.
            let number = state.shards[index].last + 1 + state.random.number(below: 1000)
            let name = image == nil ? "REMOVE" : state.random.once(in: 2) ? "INSERT" : "MODIFY"
            let body = image.map { ",\"NewImage\":\($0)" } ?? ",\"OldImage\":\(keys)"
            let event = """
                "eventName":"\(name)","dynamodb":{"ApproximateCreationDateTime":\(state.time).0,"Keys":\(keys)\(body),\
                "SequenceNumber":"\(number)","SizeBytes":100,"StreamViewType":"NEW_AND_OLD_IMAGES"}
                """
            state.shards[index].changes.append(Change(number: number, created: state.time, event: event))
        }
    }

    /// Ends an open shard: two come out of it, or one.
    func split(into count: Int) {
        state.withLock { state in
            let open = state.shards.indices.filter {
                !state.shards[$0].isClosed && state.shards[$0].keys.count > 1
            }
            guard !open.isEmpty else { return }
            let index = state.random.pick(open)
            state.shards[index].isClosed = true
            state.shards[index].closed = state.time
            let (keys, parent) = (state.shards[index].keys, state.shards[index].id)
            let middle = count == 1 ? keys.upperBound : (keys.lowerBound + keys.upperBound) / 2
            state.add(keys.lowerBound...middle, parent: parent)
            if middle < keys.upperBound { state.add(middle + 1...keys.upperBound, parent: parent) }
        }
    }

    /// The stream is turned off, and on again.
    func renew() {
        state.withLock { state in
            state.stream += 1
            state.shards = []
            state.add(Self.hashes, parent: nil)
        }
    }

    private static func arn(_ state: inout State) -> String {
        "arn:aws:dynamodb:eu-west-1:123456789012:table/audit-records/stream/\(state.stream)"
    }

    /// What an operation answers.
    func answer(to operation: String, _ body: [String: Any]) -> ScriptedDynamoDB.Answer {
        state.withLock { state in
            state.calls[operation, default: 0] += 1
            if operation != "DescribeTable", state.random.once(in: state.temper.throttle) {
                return .error(
                    state.random.once(in: 2)
                        ? "LimitExceededException" : "ProvisionedThroughputExceededException")
            }
            switch operation {
            case "DescribeTable": return describeTable(&state)
            case "DescribeStream": return describeStream(&state, body)
            case "GetShardIterator": return iterator(&state, body)
            case "GetRecords": return records(&state, body["ShardIterator"] as? String ?? "")
            default: return .error("UnknownOperationException")
            }
        }
    }

    private func describeTable(_ state: inout State) -> ScriptedDynamoDB.Answer {
        let view = state.view.map {
            """
            ,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"\($0)"}
            """
        }
        return ScriptedDynamoDB.Answer(
            body: """
                {"Table":{"TableName":"audit-records","TableStatus":"ACTIVE","LatestStreamArn":"\(Self.arn(&state))"\(view ?? ""),
                "KeySchema":[{"AttributeName":"PK","KeyType":"HASH"},{"AttributeName":"SK","KeyType":"RANGE"}]}}
                """)
    }

    /// Three shards a page.
    private func describeStream(_ state: inout State, _ body: [String: Any]) -> ScriptedDynamoDB.Answer {
        guard body["StreamArn"] as? String == Self.arn(&state) else {
            return .error("ResourceNotFoundException")
        }
        let start = body["ExclusiveStartShardId"] as? String
        if start == nil {
            for index in state.shards.indices where state.shards[index].unlisted > 0 {
                state.shards[index].unlisted -= 1
            }
        }
        let listed = state.shards.filter { $0.unlisted == 0 }
        let from = start.flatMap { start in listed.firstIndex { $0.id == start } }.map { $0 + 1 } ?? 0
        let page = listed[min(from, listed.count)...].prefix(3)
        let shards = page.map { shard in
            let parent = shard.parent.map { "\"ParentShardId\":\"\($0)\"," } ?? ""
            let end = shard.isClosed ? ",\"EndingSequenceNumber\":\"\(shard.last)\"" : ""
            return
                "{\"ShardId\":\"\(shard.id)\",\(parent)\"SequenceNumberRange\":{\"StartingSequenceNumber\":\"\(shard.first)\"\(end)}}"
        }
        let last =
            from + page.count < listed.count
            ? page.last.map { ",\"LastEvaluatedShardId\":\"\($0.id)\"" } : nil
        return ScriptedDynamoDB.Answer(
            body: """
                {"StreamDescription":{"StreamArn":"\(Self.arn(&state))","StreamStatus":"ENABLED",\
                "Shards":[\(shards.joined(separator: ","))]\(last ?? "")}}
                """)
    }

    private func iterator(_ state: inout State, _ body: [String: Any]) -> ScriptedDynamoDB.Answer {
        guard body["StreamArn"] as? String == Self.arn(&state),
            let shard = state.shards.first(where: { $0.id == body["ShardId"] as? String })
        else { return .error("ResourceNotFoundException") }
        let place: Int
        let number = (body["SequenceNumber"] as? String).flatMap { Int($0) }
        switch (body["ShardIteratorType"] as? String, number) {
        case ("TRIM_HORIZON", nil): place = shard.trimmed
        case ("LATEST", nil): place = shard.changes.count
        case ("AT_SEQUENCE_NUMBER", let number?), ("AFTER_SEQUENCE_NUMBER", let number?):
            guard number >= shard.first, number <= shard.last else { return .error("ValidationException") }
            let isAt = body["ShardIteratorType"] as? String == "AT_SEQUENCE_NUMBER"
            place = shard.changes.count { isAt ? $0.number < number : $0.number <= number }
            // Older than the trim point: that record is no more.
            guard place >= shard.trimmed, isAt || number == shard.first || place > shard.trimmed else {
                return .error("TrimmedDataAccessException")
            }
        default: return .error("ValidationException")
        }
        return ScriptedDynamoDB.Answer(body: "{\"ShardIterator\":\"\(shard.id)|\(place)|\(state.time)\"}")
    }

    private func records(_ state: inout State, _ iterator: String) -> ScriptedDynamoDB.Answer {
        let parts = iterator.split(separator: "|")
        guard parts.count == 3, var place = Int(parts[1]), let made = Int64(parts[2]) else {
            return .error("ValidationException")
        }
        guard let shard = state.shards.first(where: { $0.id == parts[0] }) else {
            return .error("ResourceNotFoundException")
        }
        guard state.time - made <= Self.iteratorLife else { return .error("ExpiredIteratorException") }
        guard place >= shard.trimmed else { return .error("TrimmedDataAccessException") }
        if place > shard.trimmed, state.random.once(in: state.temper.twice) { place -= 1 }
        let isEmpty = state.random.once(in: state.temper.empty)
        let count = isEmpty ? 0 : state.random.number(in: 1...state.temper.page)
        let found = shard.changes[min(place, shard.changes.count)...].prefix(count)
        let end = place + found.count
        let next =
            shard.isClosed && end >= shard.changes.count && !isEmpty
            ? nil : "\(shard.id)|\(end)|\(state.time)"
        let events = found.map {
            "{\"eventID\":\"x\",\"eventVersion\":\"1.1\",\"awsRegion\":\"eu-west-1\",\($0.event)}"
        }
        return ScriptedDynamoDB.Answer(
            body:
                "{\"Records\":[\(events.joined(separator: ","))]\(next.map { ",\"NextShardIterator\":\"\($0)\"" } ?? "")}"
        )
    }
}

extension StreamModel.State {
    fileprivate mutating func add(_ keys: ClosedRange<Int>, parent: String?) {
        let id =
            "shardId-\(String(format: "%020ld", 1_800_000_000_000 + made))-\(random.number(below: 1 << 30))"
        made += 1
        // Numbers of two shards say nothing of each other.
        shards.append(
            StreamModel.Shard(
                id: id, parent: parent, keys: keys, first: 1_000_000_000 + random.number(below: 1 << 40),
                unlisted: parent == nil ? 0 : random.number(in: 0...temper.lateness)))
    }
}

extension ScriptedDynamoDB.Answer {
    fileprivate static func error(_ code: String) -> Self {
        Self(
            status: "400 Bad Request",
            body: "{\"__type\":\"com.amazonaws.dynamodb.v20120810#\(code)\",\"message\":\"so\"}")
    }
}
