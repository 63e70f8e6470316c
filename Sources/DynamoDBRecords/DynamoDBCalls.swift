internal import AuditStores
internal import JSONBytes
internal import Threads
internal import AWS

/// DynamoDB's operations as the store needs them: bodies in, bodies out, errors as a store has them.
struct DynamoDBCalls: Sendable {
    let client: ServiceClient
    /// Bounds the bytes of answers that are being received and read: those of all who share it.
    var bodies = ByteGate(capacity: .max, lineLimit: 0)
    /// The table's name, for traces.
    let table: String

    enum Operation: String {
        case query = "Query"
        case batchGet = "BatchGetItem"
        case batchWrite = "BatchWriteItem"
        case scan = "Scan"
    }

    /// Calls an operation and reads its answer.
    func call<Value>(
        _ operation: Operation, _ body: [UInt8], deadline: ContinuousClock.Instant, room: BodyRoom? = nil,
        usage: inout StoreUsage, read: ([UInt8]) throws(JSONFault) -> (value: Value, capacity: Double)
    ) throws(StoreError) -> Value {
        let answer: ServiceAnswer
        do throws(AWSError) {
            var request = ServiceRequest.json(
                target: "DynamoDB_20120810", operation.rawValue, body: body, table: table)
            if let room { request.admitBody = { bytes in room.admit(bytes, until: deadline) } }
            answer = try client.perform(request, deadline: deadline)
        } catch {
            if room?.isRefused == true {
                throw StoreError(.busy, "DynamoDB: there was no room for its answer beside those of others")
            }
            throw StoreError(error, writing: operation == .batchWrite)
        }
        do throws(JSONFault) {
            let (value, capacity) = try read(answer.body)
            usage += StoreUsage(
                region: answer.region, requests: answer.attempts, capacityUnits: capacity)
            return value
        } catch {
            throw StoreError(
                error.part == nil ? .unavailable : .unreadable,
                "\(operation.rawValue) in \(answer.region): DynamoDB's answer: \(error.ofAnswer)")
        }
    }
}

extension StoreError {
    init(_ error: AWSError, writing: Bool) {
        let code: Code =
            switch error.kind {
            case .throttled, .transient: .busy
            case .deadline: .deadline
            case .tooLarge: .answerTooLarge
            // A ValidationException of one item is that of the whole batch.
            case .invalid where writing: .refused
            default: .unavailable
            }
        self.init(code, "DynamoDB: \(error)")
    }
}
