import AuditRecords
import Forwarding
import JSONBytes
import QueryService

/// Where records that are forwarded come from, in the order in which they came there. What its places say is its own business; an empty
/// one is the beginning.
protocol ForwardSource {
    /// The end now.
    func end() throws -> String

    /// What came after a place.
    func read(after place: String) throws(ForwardSourceError) -> ForwardedRun
}

/// Those of a record's attributes that are forwarded.
struct ForwardedAttributes {
    let omitted: HiddenAttributes

    func visible(_ record: AuditRecord) throws(ForwardFault) -> [UInt8] {
        guard !omitted.isEmpty else { return record.attributes }
        do throws(JSONFault) {
            return try omitted.visible(of: record.attributes)
        } catch {
            throw ForwardFault("a record in the store has attributes that are no JSON object: \(error)")
        }
    }
}
