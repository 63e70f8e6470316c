internal import AuditStores
internal import AWS
internal import FoundationEssentials
internal import JSONBytes
internal import Threads

/// Why a stream did not answer.
enum StreamFault: Error {
    /// What comes next has been removed already.
    case trimmed
    /// There is no such shard any more, or no such stream.
    case gone
    /// An iterator is older than 15 minutes.
    case expired
    /// Too often.
    case throttled
    case store(StoreError)

    init(_ error: AWSError) {
        switch error.code {
        case "TrimmedDataAccessException": self = .trimmed
        case "ExpiredIteratorException": self = .expired
        default:
            switch error.kind {
            case .notFound: self = .gone
            case .throttled: self = .throttled
            default: self = .store(StoreError(error, writing: false))
            }
        }
    }
}

/// The operations of DynamoDB Streams, in one region: that of the table whose name they are given.
struct StreamCalls: Sendable {
    /// Where a shard's reading begins.
    enum Beginning {
        case horizon, latest
        case at(SequenceNumber)
        case after(SequenceNumber)
    }

    /// Longer than DynamoDB takes for any of them.
    private static let patience = Duration.seconds(3)
    /// The most shards that are listed: those of a day of the largest table that a token has room for.
    private static let mostShards = 10_000

    let table: String
    /// Asks for the table itself, in the same region.
    let tables: ServiceClient
    let streams: ServiceClient
    let bodies: ByteGate

    /// The shards of the table's stream.
    func shards(until deadline: ContinuousClock.Instant) throws(StoreError) -> ShardList {
        let stream = try stream(until: deadline)
        var shards: [StreamShard] = []
        var last: String?
        repeat {
            var parameters = ["StreamArn": stream]
            parameters["ExclusiveStartShardId"] = last
            let page = try described("DescribeStream", parameters, ShardPage.self, deadline).StreamDescription
            shards += (page.Shards ?? []).map(\.shard)
            guard page.LastEvaluatedShardId != last || last == nil, shards.count <= Self.mostShards else {
                throw StoreError(.unavailable, "DynamoDB Streams: DescribeStream does not come to an end")
            }
            last = page.LastEvaluatedShardId
        } while last != nil
        guard let list = ShardList(shards, of: stream) else {
            throw StoreError(.unavailable, "DynamoDB Streams: two shards cannot be told apart")
        }
        return list
    }

    /// The ARN of the table's stream.
    private func stream(until deadline: ContinuousClock.Instant) throws(StoreError) -> String {
        let description: TableDescription
        do throws(AWSError) {
            description = try TableAdministration(tables).describe(
                table, deadline: min(deadline, .now + Self.patience))
        } catch {
            throw StoreError(error, writing: false)
        }
        if let fault = description.streamFault { throw StoreError(.unfollowed, "DynamoDB: \(fault)") }
        return description.stream?.arn ?? ""
    }

    /// Where a shard is read from.
    func iterator(
        of shard: String, in stream: String, from beginning: Beginning,
        until deadline: ContinuousClock.Instant
    ) throws(StreamFault) -> String {
        var parameters = ["StreamArn": stream, "ShardId": shard]
        switch beginning {
        case .horizon: parameters["ShardIteratorType"] = "TRIM_HORIZON"
        case .latest: parameters["ShardIteratorType"] = "LATEST"
        case .at(let number):
            parameters["ShardIteratorType"] = "AT_SEQUENCE_NUMBER"
            parameters["SequenceNumber"] = String(decoding: number.digits, as: UTF8.self)
        case .after(let number):
            parameters["ShardIteratorType"] = "AFTER_SEQUENCE_NUMBER"
            parameters["SequenceNumber"] = String(decoding: number.digits, as: UTF8.self)
        }
        let answer = try perform("GetShardIterator", parameters, deadline)
        guard
            let found = try? JSONDecoder().decode(IteratorAnswer.self, from: Data(answer.body)).ShardIterator
        else { throw .store(unusable("GetShardIterator", answer, "it names no iterator")) }
        return found
    }

    /// What comes at an iterator: a thousand records at most.
    func records(at iterator: String, until deadline: ContinuousClock.Instant) throws(StreamFault)
        -> StreamAnswer
    {
        let room = BodyRoom(bodies)
        let answer = try perform("GetRecords", ["ShardIterator": iterator], deadline, room)
        do throws(JSONFault) {
            return try StreamAnswer(answer.body)
        } catch {
            throw .store(unusable("GetRecords", answer, error.description))
        }
    }

    private func described<Answer: Decodable>(
        _ operation: String, _ parameters: [String: String], _ type: Answer.Type,
        _ deadline: ContinuousClock.Instant
    ) throws(StoreError) -> Answer {
        do throws(StreamFault) {
            let answer = try perform(operation, parameters, deadline)
            guard let value = try? JSONDecoder().decode(type, from: Data(answer.body)) else {
                throw .store(unusable(operation, answer, "it cannot be read"))
            }
            return value
        } catch {
            throw error.storeError
        }
    }

    private func unusable(_ operation: String, _ answer: ServiceAnswer, _ why: String) -> StoreError {
        StoreError(.unavailable, "\(operation) in \(answer.region): DynamoDB's answer: \(why)")
    }

    private func perform(
        _ operation: String, _ parameters: [String: String], _ deadline: ContinuousClock.Instant,
        _ room: BodyRoom? = nil
    ) throws(StreamFault) -> ServiceAnswer {
        let deadline = min(deadline, .now + Self.patience)
        guard let body = try? JSONEncoder().encode(parameters) else {
            throw .store(StoreError(.unavailable, "\(operation): a parameter cannot be written as JSON"))
        }
        do throws(AWSError) {
            var request = ServiceRequest.json(
                target: "DynamoDBStreams_20120810", operation, body: Array(body), table: table)
            if let room { request.admitBody = { bytes in room.admit(bytes, until: deadline) } }
            return try streams.perform(request, deadline: deadline)
        } catch {
            if room?.isRefused == true {
                throw .store(
                    StoreError(.busy, "DynamoDB: there was no room for its answer beside those of others"))
            }
            throw StreamFault(error)
        }
    }
}

extension StreamFault {
    /// The same, where nothing can be done about it but to ask later.
    var storeError: StoreError {
        switch self {
        case .store(let error): error
        case .throttled: StoreError(.busy, "DynamoDB Streams: it is asked too often")
        case .expired: StoreError(.busy, "DynamoDB Streams: an iterator ended while it was used")
        case .trimmed, .gone:
            StoreError(.unavailable, "DynamoDB Streams: there is no such stream or shard any more")
        }
    }
}
