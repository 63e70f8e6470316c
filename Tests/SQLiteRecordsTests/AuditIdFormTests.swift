import DemoData
import TestSupport
import Testing

@testable import AuditRecords
@testable import SQLiteRecords
@testable import StoreConformance

/// Audit ids as they are stored: every one comes back, and their order is the order of their bytes.
@Suite struct AuditIdFormTests {
    private static let characters = Array("0123456789abcdef-ABGg/:`~ \u{0}".utf8)

    private func id(_ random: inout SplitMix64) -> [UInt8] {
        let hexadecimal = Self.characters.prefix(16)
        var id = (0..<36).map {
            [8, 13, 18, 23].contains($0) ? UInt8(ascii: "-") : random.pick(Array(hexadecimal))
        }
        if random.once(in: 3) {
            // Near an end, so that the next one carries.
            for place in random.number(below: 36)..<36 where id[place] != UInt8(ascii: "-") {
                id[place] = UInt8(ascii: "f")
            }
        }
        switch random.number(below: 5) {
        case 0: id[random.number(below: 36)] = random.pick(Self.characters)
        case 1: id = Array(id.prefix(random.number(below: 37)))
        case 2: id.append(random.pick(Self.characters))
        default: break
        }
        return id
    }

    @Test func `every id comes back, and two of a form are in the order of their bytes`() {
        var forms: Set<AuditIdForm> = []
        forAll(cases: 2000) { random in
            let (left, right) = (id(&random), id(&random))
            let (stored, other) = (StoredAuditId(Identifier(left)), StoredAuditId(Identifier(right)))
            forms.insert(stored.form)
            try require(stored.bytes.withUnsafeBytes(stored.form.id) == left, "\(left) comes back as another")
            guard other.form == stored.form else { return }
            try require(
                stored.bytes.lexicographicallyPrecedes(other.bytes) == left.lexicographicallyPrecedes(right),
                "\(left) and \(right) are in another order")
        }
        #expect(forms == Set(AuditIdForm.allCases))
    }

    @Test func `the first id that does not come before a text is told for every text`() {
        forAll(cases: 2000) { random in
            let (text, other) = (id(&random), id(&random))
            let stored = StoredAuditId(Identifier(other))
            let bound = stored.form.first(notBefore: text)
            try require(
                stored.bytes.lexicographicallyPrecedes(bound) == other.lexicographicallyPrecedes(text),
                "\(other) is on another side of \(text)")
        }
    }

    @Test(arguments: [
        ("00000000-0000-0000-0000-00000000000", "00000000-0000-0000-0000-000000000000"),
        ("00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000"),
        ("00000000-0000-0000-0000-000000000000 and more", "00000000-0000-0000-0000-000000000001"),
        ("00000000-0000-0000-0000-0ffffffffffff", "00000000-0000-0000-0000-100000000000"),
        ("0000ffff-ffff-ffff-ffff-ffffffffffff.", "00010000-0000-0000-0000-000000000000"),
        ("00000000-0000-0000-0000-00000000000g", "00000000-0000-0000-0000-000000000010"),
    ])
    func `behind a text that begins as one comes the next UUID`(_ text: String, _ first: String) throws {
        let packed = try #require(PackedUUID(text: Array(first.utf8)))
        #expect(AuditIdForm.uuid.first(notBefore: Array(text.utf8)) == packed.bytes)
    }

    @Test func `behind the last UUID there is none`() {
        let last = Array("ffffffff-ffff-ffff-ffff-ffffffffffff".utf8)
        let behind = AuditIdForm.uuid.first(notBefore: last + [0x21])
        #expect(Array(repeating: 0xFF, count: 16).lexicographicallyPrecedes(behind))
    }

    @Test func `instants come back, and are in the order of time`() {
        let ends: [Timestamp] = [
            .startOfTime, .endOfTime.advanced(bySeconds: -1, nanoseconds: 999_999_999), Timestamp(seconds: 0),
            Timestamp(seconds: -1, nanoseconds: 999_999_999), Timestamp(seconds: -1, nanoseconds: 1),
        ]
        forAll(cases: 200) { random in
            let vocabulary = Vocabulary(&random)
            let (left, right) = (
                random.pick(vocabulary.instants + ends), random.pick(vocabulary.instants + ends)
            )
            let (first, second) = (StoredInstant(left), StoredInstant(right))
            try require(first.timestamp == left, "\(left) comes back as another")
            let isBefore = (first.milliseconds, first.nanoseconds) < (second.milliseconds, second.nanoseconds)
            try require(isBefore == (left < right), "\(left) and \(right) are in another order")
        }
        #expect(StoredInstant(milliseconds: .max, nanoseconds: 0).timestamp == nil)
        #expect(StoredInstant(milliseconds: 0, nanoseconds: 1_000_000).timestamp == nil)
    }
}
