import AuditRecords
import Cryptography
import Evidence
import Files
import Foundation
import Gzip
import QueryService

/// The parts of an export, their rows, and the days that those are of.
extension ExportVerification {
    /// Reads all parts. Returns what the days are; nil where none can be judged, and why is said.
    mutating func verifyRecords(_ manifest: ExportManifest, _ seals: KnownSeals?) throws -> ExportedDays? {
        let range = try manifest.question.range.read()
        let order = AuditRecords.SortOrder(rawValue: manifest.question.order) ?? .descending
        var days: ExportedDays?
        if let seals {
            if let reason = Self.reasonNotToJudge(manifest) {
                noJudgement(reason)
            } else {
                let system = manifest.question.systemId.map { Identifier($0) }
                let scope = SystemScope(patterns: manifest.origin.systems)
                days = ExportedDays(seals, in: range, order, by: hasher) {
                    (system == nil || system == $0) && scope.contains($0)
                }
            }
        }
        let whole = try RunningDigest()
        var check = RowCheck(manifest.question, range, order)
        var (records, isRight) = (0, true)
        for part in manifest.parts {
            guard
                let found = try read(
                    part, ExportedPart(path: path(part.file), whole: whole), manifest.form, &check, &days)
            else {
                isRight = false
                continue
            }
            records += found.records
            let faults = Self.faults(of: found, part)
            for fault in faults { note(.wrong, "\(part.file.printable) \(fault)") }
            if !faults.isEmpty { isRight = false }
        }
        days?.finish()
        verifyWhole(manifest, try whole.value().hexadecimal, records, isRight)
        noteStrangers(manifest)
        return days
    }

    /// Why no day of an export can be held against a seal; nil where each can be whose records are all in it.
    private static func reasonNotToJudge(_ manifest: ExportManifest) -> String? {
        let question = manifest.question
        let narrowing = [
            ("userId", question.userId), ("resourceId", question.resourceId), ("filter", question.filter),
            ("search", question.search),
        ]
        if let (name, _) = narrowing.first(where: { $0.1 != nil }) {
            return "what was asked has a \(name), so no day is whole"
        }
        if manifest.origin.hidesAttributes != false { return "attributes are hidden, or may be" }
        if !ExportedRows.areWhole(manifest.form) { return "its columns have not all of a record" }
        return nil
    }

    /// Nil where the file cannot be a part, which is said.
    private mutating func read(
        _ part: ExportManifest.Part, _ file: ExportedPart, _ form: ExportManifest.Form,
        _ check: inout RowCheck, _ days: inout ExportedDays?
    ) throws -> ExportedPart.Found? {
        guard !part.file.isEmpty, !part.file.contains("/"), check.names.insert(part.file).inserted else {
            note(.wrong, "manifest.json names a part that is none, or one twice: \(part.file.printable)")
            return nil
        }
        guard LocalFile.stamp(file.path) != nil else {
            note(.wrong, "\(part.file.printable) is missing")
            return nil
        }
        var rows = ExportedRows(form)
        var fault: String?
        do {
            var found = try file.read(&rows) { record, number in
                if let wrong = check.fault(of: record), fault == nil { fault = "row \(number) \(wrong)" }
                do {
                    try days?.append(record)
                } catch {
                    fault = fault ?? "row \(number) says something twice, and so nothing for sure"
                }
            }
            if let fault { found.note(fault) }
            return found
        } catch let error as GzipError {
            throw FileError(file.path, error.reason, .refused)
        }
    }

    private static func faults(of found: ExportedPart.Found, _ part: ExportManifest.Part) -> [String] {
        var faults: [String] = []
        if found.byteCount != part.bytes || found.sha256 != part.sha256 {
            faults.append(
                "is not as it was exported: it has \(counted(found.byteCount, "byte")), the manifest says \(part.bytes), and "
                    + (found.byteCount == part.bytes ? "another SHA-256" : "so another SHA-256"))
        }
        if found.records != part.records {
            faults.append("has \(counted(found.records, "record")), and the manifest says \(part.records)")
        }
        if let fault = found.fault { faults.append(fault) }
        guard found.first != nil || found.records == 0 else { return faults }
        for (name, key, id) in [("first", found.first, part.first), ("last", found.last, part.last)]
        where key.map({ String(decoding: $0.id, as: UTF8.self) }) != id {
            faults.append("has another \(name) record than the manifest says")
        }
        return faults
    }

    private mutating func verifyWhole(
        _ manifest: ExportManifest, _ sha256: String, _ records: Int, _ isRight: Bool
    ) {
        let parts = manifest.parts
        guard
            manifest.records == parts.reduce(0, { $0 + $1.records }),
            manifest.bytes == parts.reduce(0, { $0 + $1.bytes })
        else { return note(.wrong, "manifest.json counts more or less than its parts have: it was changed") }
        guard isRight else { return }
        guard manifest.sha256 == sha256 else {
            return note(.wrong, "the parts, one behind the other, are not those of the manifest's SHA-256")
        }
        note(
            .ok,
            "files: \(counted(records, "record")) in \(counted(parts.count, "file")), as they were exported, in order"
        )
    }

    /// Whoever reads all files of a folder takes them for the export.
    private mutating func noteStrangers(_ manifest: ExportManifest) {
        let known = Set(manifest.parts.map(\.file))
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names.sorted() where !known.contains(name) {
            guard (try? ExportTarget("x/\(name)")) != nil else { continue }
            note(.wrong, "\(name.printable) is no part of the export: somebody put it there")
        }
    }
}

/// Whether rows are where they belong, and were asked for.
private struct RowCheck {
    private let user, system, resource: Identifier?
    private let range: TimeRange
    private let order: AuditRecords.SortOrder
    private var before: RecordKey?
    /// The parts that were read.
    var names: Set<String> = []

    init(_ question: ExportManifest.Question, _ range: TimeRange, _ order: AuditRecords.SortOrder) {
        user = question.userId.map { Identifier($0) }
        system = question.systemId.map { Identifier($0) }
        resource = question.resourceId.map { Identifier($0) }
        (self.range, self.order) = (range, order)
    }

    mutating func fault(of record: AuditRecord) -> String? {
        defer { before = record.key }
        if let before, !order.areInOrder(before, record.key), !Self.areTwoSpellings(before, record.key) {
            let place = before.id == record.key.id ? "stands twice" : "does not come behind the one before it"
            return "\(place): rows were moved, doubled or put in"
        }
        guard range.contains(record.key.instant), user.map({ $0 == record.userId }) ?? true,
            system.map({ $0 == record.key.systemId }) ?? true,
            resource.map({ $0 == record.resourceId }) ?? true
        else { return "was not asked for: it was put in or changed" }
        return nil
    }

    /// DynamoDB may hold two records of one place, whose instants are spelt in two ways.
    private static func areTwoSpellings(_ left: RecordKey, _ right: RecordKey) -> Bool {
        left.instant == right.instant && left.auditId == right.auditId && left.systemId == right.systemId
            && left.timestamp != right.timestamp
    }
}
