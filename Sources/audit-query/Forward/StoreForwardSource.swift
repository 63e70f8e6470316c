import AuditRecords
import AuditStores
import Forwarding
import JSONBytes

/// Reads what comes into the store itself. Its places are those of the order of arrival, as base64url.
struct StoreForwardSource: ForwardSource {
    /// So many records at once, and so many bytes of them: what is held until the far end has it.
    private static let recordLimit = 1000
    private static let byteLimit = 1 << 20
    private static let time = (soft: Duration.seconds(5), hard: Duration.seconds(30))

    let store: any FollowedStore
    let restriction: Restriction
    let condition: RecordCondition?

    func end() throws(StoreError) -> String {
        Self.text(try store.arrivalEnd(deadline: .now + Self.time.hard))
    }

    func read(after text: String) throws(ForwardSourceError) -> ForwardedRun {
        let place = try Self.place(text)
        guard place != nil || store.keepsAllArrivals else { throw .lost(Self.fault(.noBeginning)) }
        let arrivals: Arrivals
        do throws(StoreError) {
            let budget = Budget(
                soft: .now + Self.time.soft, deadline: .now + Self.time.hard, bytes: Self.byteLimit)
            arrivals = try store.arrivals(
                ArrivalRead(
                    after: place, limit: Self.recordLimit, restriction: restriction, budget: budget))
        } catch {
            throw .unavailable("\(error)")
        }
        switch arrivals {
        case .lost(let loss): throw .lost(Self.fault(loss))
        case .run(let run):
            var records: [(record: AuditRecord, place: String)] = []
            records.reserveCapacity(run.arrivals.count)
            for arrival in run.arrivals where try matches(arrival.record) {
                records.append((arrival.record, Self.text(arrival.place)))
            }
            return ForwardedRun(records: records, end: Self.text(run.end), isAtEnd: run.isAtEnd)
        }
    }

    private func matches(_ record: AuditRecord) throws(ForwardSourceError) -> Bool {
        guard let condition else { return true }
        do throws(JSONFault) {
            return try condition.matches(record, attributes: record.attributes)
        } catch {
            throw .lost(
                ForwardFault("a record in the store has attributes that are no JSON object: \(error)"))
        }
    }

    private static func fault(_ loss: PlaceLoss) -> ForwardFault {
        let what =
            switch loss {
            case .otherStore: "the checkpoint is of another store"
            case .ahead: "the store is behind the checkpoint: a backup has been restored"
            case .otherStream: "the checkpoint is of another table or stream"
            case .trimmed: "the checkpoint is too long ago: DynamoDB's stream keeps 24 hours"
            case .noBeginning:
                "DynamoDB's stream keeps 24 hours, so there is no start with all records"
            }
        guard loss != .trimmed, loss != .otherStream, loss != .noBeginning else {
            return ForwardFault(
                "\(what): remove the checkpoint, begin with --begin now, and send what came in between by export"
            )
        }
        return ForwardFault(
            "\(what), so nothing tells which records the far end has: remove the checkpoint, and say by --begin whether it gets all "
                + "of them again (start) or only what comes from now on (now)")
    }

    private static func text(_ place: ArrivalPlace) -> String {
        String(decoding: place.bytes.base64URL, as: UTF8.self)
    }

    private static func place(_ text: String) throws(ForwardSourceError) -> ArrivalPlace? {
        guard !text.isEmpty else { return nil }
        guard let place = [UInt8](base64URL: Array(text.utf8)).flatMap({ ArrivalPlace(bytes: $0) }) else {
            throw .lost(fault(.otherStore))
        }
        return place
    }
}
