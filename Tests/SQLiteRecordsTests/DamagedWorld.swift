// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import DemoData
import Foundation
import GRDB
import TestSupport
@testable import AuditRecords
@testable import SQLiteRecords
@testable import StoreConformance

/// A file of records of a few shapes, some of them damaged, and what must be answered of it.
struct DamagedWorld {
    let path: String
    let vocabulary: Vocabulary
    var source: RandomFilters
    var model = RecordModel()
    /// Records whose rows cannot be read.
    var damaged: Set<RecordKey> = []
    private var templates: [Tree] = []

    init(_ path: String, _ random: inout SplitMix64) {
        self.path = path
        vocabulary = Vocabulary(&random)
        source = RandomFilters(random: random.fork())
        templates = (0..<random.number(in: 1...5)).map { _ in source.attributes() }
    }

    /// Puts records of a few shapes, now and then one of its own.
    mutating func put(_ count: Int, _ random: inout SplitMix64) throws {
        let records = (0..<count).map { _ in
            let record = vocabulary.record(&random)
            let text =
                switch random.number(below: 30) {
                case 0: #"{"a":"\ud800","b":{"c":"x"}}"#
                case 1: source.text(source.attributes())
                default: source.varied(random.pick(templates)).plainText
                }
            return AuditRecord(
                key: record.key, userId: record.userId, resourceId: record.resourceId,
                attributes: Array(text.utf8))
        }
        try SQLiteStore(writing: path).put(records)
        model.put(
            try records.map { record in
                AuditRecord(
                    key: record.key, userId: record.userId, resourceId: record.resourceId,
                    attributes: try AuditRecord.readable(attributes: record.attributes))
            })
        damaged.subtract(records.map(\.key))
    }

    /// Changes bytes of some rows, of which some can be read then and some not.
    mutating func damage(_ count: Int, _ random: inout SplitMix64) throws {
        for _ in 0..<count {
            guard let key = model.records.keys.randomElement(using: &random), let record = model.records[key],
                let changed = try change(key, &random)
            else { continue }
            guard let text = changed.text, let readable = try? AuditRecord.readable(attributes: text) else {
                damaged.insert(key)
                continue
            }
            damaged.remove(key)
            model.put([
                AuditRecord(
                    key: key, userId: record.userId, resourceId: record.resourceId, attributes: readable)
            ])
        }
    }

    /// Changes a byte of a row that has a shape, and returns what text it has then; nil of a row without.
    private func change(_ key: RecordKey, _ random: inout SplitMix64) throws -> (
        text: [UInt8]?, isChanged: Bool
    )? {
        let (instant, id) = (StoredInstant(key.instant), StoredAuditId(key.auditId))
        let place: StatementArguments = [
            instant.milliseconds, instant.nanoseconds,
            id.form == .uuid
                ? Data(id.bytes).databaseValue : String(decoding: id.bytes, as: UTF8.self).databaseValue,
            key.systemId.description, id.form.rawValue,
        ]
        let found = """
            SELECT sequence, attributes FROM entries WHERE instant = ? AND nanoseconds = ? AND audit_id = ?
            AND system = (SELECT id FROM systems WHERE name = ? AND form = ?)
            """
        return try DatabaseQueue(path: path).write { database in
            let row = try Row.fetchOne(database, sql: found, arguments: place)!
            guard case .blob(let data) = (row["attributes"] as DatabaseValue).storage else { return nil }
            var bytes = Array(data)
            let place = random.number(below: bytes.count)
            switch random.number(below: 4) {
            case 0: bytes[place] = random.pick(Array("\"\\0,{}x\u{1}".utf8))
            case 1: bytes.removeLast()
            case 2: bytes[place] ^= 1
            default: bytes[0] = UInt8(random.number(in: 1...9))
            }
            try database.execute(
                sql: "UPDATE entries SET attributes = ? WHERE sequence = ?",
                arguments: [Data(bytes), row["sequence"]])
            var names = NameLookup(database)
            return (try? bytes.withUnsafeBytes { try names.attributes($0)?.bytes }, true)
        }
    }
}
