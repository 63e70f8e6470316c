import Foundation
import TestSupport
import Testing
@testable import JSONBytes
@testable import StoreConformance
@testable import AuditRecords

@Suite struct RecordIDTests {
    @Test func `base64url is Foundation's base64 in other letters, without padding`() {
        forAll(cases: 500) { random in
            let bytes = random.bytes(random.number(below: 70))
            let expected = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing(
                "/", with: "_"
            )
            .replacing("=", with: "")
            let text = bytes.base64URL
            try require(text == Array(expected.utf8), "\(bytes) is \(expected)")
            try require([UInt8](base64URL: text) == bytes, "\(expected) does not come back")
        }
    }

    @Test(arguments: ["A", "AAAAA", "AA==", "A+", "A/", "AB", "AAB", "A A", "é", "AA\n", "="])
    func `one value has one spelling`(_ text: String) {
        #expect([UInt8](base64URL: Array(text.utf8)) == nil)
    }

    @Test func `an id is the key of its record, and no other key has it`() {
        forAll(cases: 40) { random in
            let vocabulary = Vocabulary(&random)
            var keys: [[UInt8]: RecordKey] = [:]
            for _ in 0..<100 {
                let key = vocabulary.record(&random).key
                try require(RecordKey(id: key.id) == key, "\(key) does not come back")
                try require(keys.updateValue(key, forKey: key.id) ?? key == key, "two keys have one id")
                try require(
                    key.id.allSatisfy { $0 != 0x2F && $0 != 0x3D && $0 < 0x80 },
                    "the id is not safe in a path")
            }
        }
    }

    @Test func `garbage is the id of nothing, or of a key that has just this id`() {
        forAll(cases: 3000) { random in
            let valid = TestRecord.make("a", at: "2024-02-29T12:00:00Z").key.id
            var bytes = random.once(in: 2) ? valid : random.bytes(random.number(below: 40)).base64URL
            for _ in 0..<random.number(below: 3) where !bytes.isEmpty {
                bytes[random.number(below: bytes.count)] = random.pick(valid)
            }
            bytes = Array(bytes.prefix(random.number(in: 0...bytes.count)))
            guard let key = RecordKey(id: bytes) else { return }
            try require(key.id == bytes, "\(bytes) is read as another id")
        }
    }

    @Test func `ids of records that no store can have are refused`() {
        func id(_ system: String, _ rest: String, version: UInt8 = 1) -> [UInt8] {
            var packed = [version]
            packed.append(lengthPrefixed: Array(system.utf8))
            return (packed + Array(rest.utf8)).base64URL
        }
        #expect(RecordKey(id: id("s", "2024-02-29T12:00:00Z#a")) != nil)
        for wrong in [
            id("", "2024-02-29T12:00:00Z#a"), id("s\u{0}", "2024-02-29T12:00:00Z#a"),
            id("s", "2024-02-29T12:00:00Z#"),
            id("s", "2024-02-29T12:00:00Z"), id("s", "yesterday#a"),
            id("s", "2024-02-29T12:00:00Z#a", version: 2),
            id(String(repeating: "s", count: 1025), "2024-02-29T12:00:00Z#a"), [],
        ] {
            #expect(RecordKey(id: wrong) == nil)
        }
        var huge: [UInt8] = [1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
        #expect(RecordKey(id: huge.base64URL) == nil)
        huge[6] = 0x0F
        #expect(RecordKey(id: huge.base64URL) == nil)
    }
}
