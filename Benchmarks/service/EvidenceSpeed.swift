import AuditRecords
import Cryptography
import DemoData
import Evidence
import LogFormats
internal import Foundation

/// How fast one thread makes the leaves of records and the tree over them: what sealing and verifying take but for the store.
enum EvidenceSpeed {
    /// Demo records in memory as the embedded store gives them, and the same with their members the wrong way round and numbers of
    /// another spelling, as DynamoDB might.
    static func print() throws {
        let records = FilteringSpeed.demo(200_000)
        try print("as they were loaded", records)
        let turned = try records.map { record in
            let text = String(decoding: record.attributes, as: UTF8.self)
            guard let members = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            else { return record }
            let parts = try members.sorted { $0.key > $1.key }.map { name, value in
                let value = try JSONSerialization.data(withJSONObject: value, options: .fragmentsAllowed)
                return "\"\(name)\":\(String(decoding: value, as: UTF8.self))"
            }
            return AuditRecord(
                key: record.key, userId: record.userId, resourceId: record.resourceId,
                attributes: Array("{\(parts.joined(separator: ",")),\"a\":1.50}".utf8))
        }
        try print("members to sort, and a fraction", turned)
        try printDigest(records)
    }

    private static func print(_ name: String, _ records: [AuditRecord]) throws {
        let hasher = TreeHasher()
        var leaves = RecordLeaves(by: hasher)
        var root = hasher.empty
        let seconds = try FilteringSpeed.time(seconds: 2) {
            var tree = TreeFrontier()
            for record in records { tree.append(try leaves.leaf(of: record), by: hasher) }
            root = tree.root(by: hasher)
        }
        let speed = Int(Double(records.count) / seconds)
        Swift.print("\(speed) records/s, root \(String(decoding: root.base64, as: UTF8.self)): \(name)")
    }

    /// The same bytes in one digest, as sha256sum does.
    private static func printDigest(_ records: [AuditRecord]) throws {
        let bytes = try records.flatMap { try $0.canonicalJSON() }
        let seconds = FilteringSpeed.time(seconds: 2) { _ = Digest(of: bytes) }
        let speed = Int(Double(records.count) / seconds)
        Swift.print("\(speed) records/s, \(bytes.count / records.count) bytes each: their SHA-256 alone")
    }
}
