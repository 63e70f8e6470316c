import AuditRecords
import DemoData
import Evidence
import TestSupport
import Testing

@testable import audit_query

/// Days of an export are judged as a model judges them that has all records at once, in either order.
@Suite struct ExportedDaysTests {
    private let hasher = TreeHasher()

    private func record(_ system: Int, _ day: Int, _ number: Int, _ content: Int = 0) -> AuditRecord {
        AuditRecord(
            key: RecordKey(
                systemId: Identifier("s\(system)"),
                instant: Timestamp(seconds: Int64(day) * 86_400 + Int64(number / 2)),
                auditId: Identifier("id-\(number)")),
            userId: Identifier("u"), resourceId: Identifier("r"), attributes: Array("{\"n\":\(content)}".utf8)
        )
    }

    private func subject(_ record: AuditRecord) -> SealedDay {
        SealedDay(systemId: record.key.systemId, day: record.key.instant.day)
    }

    private func seal(_ subject: SealedDay, _ records: [AuditRecord], replacing: Int?) throws -> DaySeal {
        var reading = DayReading(by: hasher)
        for record in records { try reading.append(record) }
        let (count, root) = reading.finish()
        return DaySeal(
            subject: subject, count: count, root: root, sealed: Timestamp(seconds: 0),
            salt: Array(repeating: 0, count: 16),
            replaces: replacing.map { DaySeal.Replacement(seal: $0, difference: .init(appeared: 1)) })
    }

    private func verdicts(
        _ records: [AuditRecord], _ seals: KnownSeals, _ range: TimeRange, _ order: SortOrder
    ) throws -> [SealedDay: ExportedDays.Verdict] {
        var days = ExportedDays(seals, in: range, order, by: hasher) { _ in true }
        for record in order == .ascending ? records : records.reversed() { try days.append(record) }
        days.finish()
        return days.verdicts
    }

    /// A few systems and days, in order.
    private func records(_ random: inout SplitMix64) -> [AuditRecord] {
        var records: [AuditRecord] = []
        for day in 0..<4 {
            for number in 0..<Int.random(in: 0...12, using: &random) {
                records.append(record(Int.random(in: 0...1, using: &random), day, number))
            }
        }
        return records
    }

    @Test func `a day is proved by what was sealed of it, and any change, removal or addition is found`() {
        forAll(cases: 300) { random in
            let whole = records(&random)
            let days = Dictionary(grouping: whole, by: subject)
            var entries: [KnownSeals.Entry] = []
            for (day, records) in days.sorted(by: { $0.key < $1.key }) {
                entries.append(
                    KnownSeals.Entry(index: entries.count, seal: try seal(day, records, replacing: nil)))
            }
            let seals = KnownSeals(entries, sizeAtBeginning: entries.count, sizeAtEnd: entries.count)
            let order: SortOrder = Bool.random(using: &random) ? .ascending : .descending
            let all = TimeRange(start: nil, end: nil)
            for (day, verdict) in try verdicts(whole, seals, all, order) {
                guard case .proved(let index) = verdict, entries[index].seal.subject == day else {
                    throw Falsified(description: "\(day): \(verdict)")
                }
            }
            guard let place = whole.indices.randomElement(using: &random) else { return }
            let touched = subject(whole[place])
            var changes = [whole, whole, whole]
            changes[0].remove(at: place)
            let old = whole[place].key
            changes[1][place] = AuditRecord(
                key: old, userId: Identifier("u"), resourceId: Identifier("r"),
                attributes: Array("{\"n\":1}".utf8))
            changes[2].insert(
                record(old.systemId == Identifier("s0") ? 0 : 1, Int(old.instant.seconds / 86_400), 90),
                at: place + 1)
            for changed in changes {
                let found = try verdicts(changed, seals, all, order)
                guard case .differs = found[touched] else {
                    throw Falsified(
                        description: "\(touched) in \(order): \(String(describing: found[touched]))")
                }
                for (day, verdict) in found where day != touched {
                    guard case .proved = verdict else { throw Falsified(description: "\(day): \(verdict)") }
                }
            }
        }
    }

    @Test func `what was sealed anew counts from when the export began, and no earlier seal does`() throws {
        let (early, late) = ((0..<4).map { record(0, 0, $0) }, (0..<5).map { record(0, 0, $0) })
        let day = subject(early[0])
        let entries = [
            KnownSeals.Entry(index: 3, seal: try seal(day, early, replacing: nil)),
            KnownSeals.Entry(index: 7, seal: try seal(day, late, replacing: 3)),
        ]
        let all = TimeRange(start: nil, end: nil)
        for order in SortOrder.allCases {
            func verdict(_ records: [AuditRecord], _ sizeAtBeginning: Int, _ sizeAtEnd: Int) throws
                -> ExportedDays.Verdict?
            {
                let seals = KnownSeals(entries, sizeAtBeginning: sizeAtBeginning, sizeAtEnd: sizeAtEnd)
                return try verdicts(records, seals, all, order)[day]
            }
            // Replaced before the export began: only the new one is what it must have.
            guard case .differs(from: 7, found: 4) = try verdict(early, 8, 8),
                case .proved(by: 7) = try verdict(late, 8, 8)
            else { throw Failure("replaced before") }
            // Sealed anew while it ran: either.
            guard case .proved(by: 3) = try verdict(early, 5, 8),
                case .proved(by: 7) = try verdict(late, 5, 8)
            else { throw Failure("replaced meanwhile") }
            // Of a day that was sealed after the export nothing is held against it but what holds.
            guard case .sealedLater(3) = try verdict(Array(early.dropFirst()), 2, 2),
                case .proved(by: 3) = try verdict(early, 2, 2)
            else { throw Failure("sealed later") }
        }
    }

    @Test func `a day that is partly outside of the range, or was not sealed, is not judged`() throws {
        let records = (0..<4).map { record(0, 0, $0) } + (0..<3).map { record(0, 1, $0) }
        let sealed = [
            KnownSeals.Entry(
                index: 0, seal: try seal(subject(records[0]), Array(records[..<4]), replacing: nil))
        ]
        let seals = KnownSeals(sealed, sizeAtBeginning: 1, sizeAtEnd: 1)
        let range = TimeRange(start: Timestamp(seconds: 1), end: Timestamp(seconds: 200_000))
        for order in SortOrder.allCases {
            let found = try verdicts(Array(records[2...]), seals, range, order)
            guard case .partial = found[subject(records[0])],
                case .unsealed(count: 3) = found[subject(records[4])]
            else { throw Failure("\(found)") }
        }
    }
}
