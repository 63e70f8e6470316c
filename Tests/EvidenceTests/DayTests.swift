import AuditRecords
import DemoData
import StoreConformance
import TestSupport
import Testing
@testable import Evidence

@Suite struct DayTests {
    private let hasher = TreeHasher()
    private static let subject = SealedDay(systemId: "system", day: Day(daysSince1970: 20_000))

    private func record(_ number: Int, _ attributes: String = "{}") -> AuditRecord {
        // Some share an instant.
        let instant = Self.subject.day.start.advanced(bySeconds: Int64(number / 3))
        return TestRecord.make(Identifier("id-\(number)"), at: instant, attributes: attributes)
    }

    private func read(_ records: [AuditRecord], beside sealed: DayOutline? = nil, capacity: Int) throws
        -> DayReading
    {
        var reading = DayReading(by: hasher, beside: sealed, into: DayOutline(capacity: capacity))
        for record in records.sorted(by: { $0.key < $1.key }) { try reading.append(record) }
        return reading
    }

    private func sealed(_ records: [AuditRecord], capacity: Int) throws -> (DaySeal, DayOutline) {
        var reading = try read(records, capacity: capacity)
        let (count, root) = reading.finish()
        let seal = DaySeal(
            subject: Self.subject, count: count, root: root, sealed: Self.subject.day.end,
            salt: Array(repeating: 7, count: DaySeal.saltByteCount), replaces: nil)
        return (seal, reading.outline)
    }

    @Test func `each record that appears, vanishes or changes is named, and no other`() {
        forAll(cases: 400) { random in
            let count = Int.random(in: 0...30, using: &random)
            let before = (0..<count).map { record($0 * 2, "{\"n\":\($0)}") }
            let (seal, outline) = try sealed(before, capacity: 64)
            var expected: Set<DayDifference.Part> = []
            var after: [AuditRecord] = []
            for old in before {
                switch Int.random(in: 0..<8, using: &random) {
                case 0: expected.insert(.vanished(DayPlace(old.key)))
                case 1:
                    expected.insert(.changed(DayPlace(old.key)))
                    after.append(
                        AuditRecord(
                            key: old.key, userId: old.userId, resourceId: old.resourceId,
                            attributes: Array("{\"n\":-1}".utf8)))
                default: after.append(old)
                }
            }
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let new = record(Int.random(in: 0...40, using: &random) * 2 + 1)
                if expected.insert(.appeared(DayPlace(new.key))).inserted { after.append(new) }
            }
            var reading = try read(after, beside: outline, capacity: 64)
            _ = reading.finish()
            let found = reading.difference(from: seal)
            try require(Set(found?.parts ?? []) == expected, "\(found?.parts ?? []) is not \(expected)")
            try require((found == nil) == expected.isEmpty, "found: \(String(describing: found))")
            let counts = found?.counts ?? DayDifference.Counts()
            try require(
                counts.appeared + counts.vanished + counts.changed == expected.count && counts.stretches == 0,
                "\(counts)")
        }
    }

    @Test
    func `of a day in stretches, each stretch that differs is named, and what is not there is the day's`() {
        forAll(cases: 300) { random in
            let count = Int.random(in: 1...60, using: &random)
            let before = (0..<count).map { record($0 * 2) }
            let (seal, outline) = try sealed(before, capacity: 4)
            try require(outline.root(by: hasher) == seal.root && outline.count == count, "root of \(count)")
            try require(outline.entries.count <= 4, "\(outline.entries.count) entries of \(count)")
            try require(DayOutline(outline.bytes)?.bytes == outline.bytes, "kept")
            var after = before
            let place = Int.random(in: 0..<count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: after.remove(at: place)
            case 1: after[place] = record(place * 2, "{\"n\":1}")
            case 2: after.append(record(place * 2 + 1))
            default: break
            }
            var reading = try read(after, beside: outline, capacity: 4)
            _ = reading.finish()
            let found = reading.difference(from: seal)
            try require((found == nil) == (after == before), "\(String(describing: found))")
            guard let found, outline.step > 1 else { return }
            try require(found.parts.count == 1 && found.counts.stretches == 1, "\(found)")
            let stretch = place / outline.step
            let (start, next) = outline.bounds(of: stretch)
            let sealedCount = outline.count(of: stretch)
            guard case .stretch(start, next, sealedCount, let number) = found.parts[0] else {
                throw Falsified(description: "\(found) is not stretch \(stretch)")
            }
            try require(number == sealedCount + after.count - before.count, "\(number) found")
        }
    }

    @Test func `without an outline the day is named`() throws {
        let (seal, _) = try sealed((0..<5).map { record($0) }, capacity: 64)
        var reading = try read((0..<4).map { record($0) }, capacity: 64)
        _ = reading.finish()
        #expect(reading.difference(from: seal)?.parts == [.day(sealed: 5, found: 4)])
        var same = try read((0..<5).map { record($0) }, capacity: 64)
        _ = same.finish()
        #expect(same.difference(from: seal) == nil)
    }

    @Test func `another spelling of numbers, members and instants is the same record`() throws {
        let plain = TestRecord.make(
            "a", at: "2024-01-31T10:00:00.5Z", attributes: #"{"n":1.50,"e":1e2,"z":-0,"m":{"b":1,"a":2}}"#)
        let key = try RecordKey(
            systemId: "system", timestamp: Array("2024-01-31T12:00:00.500000+02:00".utf8), auditId: "a")
        let other = AuditRecord(
            key: key, userId: "user", resourceId: "resource",
            attributes: Array(#"{"z":0.0, "m":{"a":2.0,"b":10e-1},"e":100,"n":1.5}"#.utf8))
        var leaves = RecordLeaves(by: hasher)
        #expect(try leaves.leaf(of: plain) == leaves.leaf(of: other))
        let changed = TestRecord.make(
            "a", at: "2024-01-31T10:00:00.5Z", attributes: #"{"n":1.5,"e":100,"z":0,"m":{"b":2,"a":1}}"#)
        #expect(try leaves.leaf(of: plain) != leaves.leaf(of: changed))
    }

    @Test func `an inclusion proof goes from a leaf through its stretch to the root`() {
        forAll(cases: 100) { random in
            let count = Int.random(in: 1...60, using: &random)
            let records = (0..<count).map { record($0) }.sorted { $0.key < $1.key }
            let (seal, outline) = try sealed(records, capacity: 8)
            let index = Int.random(in: 0..<count, using: &random)
            let stretch = try #require(outline.stretch(of: DayPlace(records[index].key)))
            var builder = ProofBuilder(
                inclusionOf: index - stretch * outline.step, in: outline.count(of: stretch))
            var leaves = RecordLeaves(by: hasher)
            for record in records[
                stretch * outline.step..<stretch * outline.step + outline.count(of: stretch)]
            {
                builder.append(try leaves.leaf(of: record), by: hasher)
            }
            let path = try #require(builder.proof) + outline.path(of: stretch, by: hasher)
            try require(
                TreeProof.includes(
                    try leaves.leaf(of: records[index]), at: index, in: (count, seal.root), path: path,
                    by: hasher), "\(index) of \(count), in stretches of \(outline.step)")
        }
    }

    @Test func `an outline that was changed is none, or yields another root`() {
        forAll(cases: 200) { random in
            let (seal, outline) = try sealed((0..<9).map { record($0) }, capacity: 4)
            var bytes = outline.bytes
            let place = Int.random(in: 0..<bytes.count, using: &random)
            if Bool.random(using: &random) {
                bytes.remove(at: place)
            } else {
                bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
            }
            // Places are hints: they are not under the root, and name what differs, never whether anything does.
            guard let changed = DayOutline(bytes), changed.root(by: hasher) == seal.root else { return }
            try require(changed.entries.map(\.hash) == outline.entries.map(\.hash), "byte \(place)")
        }
    }
}
