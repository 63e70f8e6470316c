import TestSupport
import Testing
@testable import JSONBytes

/// What looks at eight bytes at once, beside what looks at each.
@Suite struct ByteSearchTests {
    @Test func `text is plain in a string where each of its bytes is`() {
        let bytes = Array("az09 ~!#[]^_`{}".utf8)
        let others: [UInt8] = [0, 1, 0x1F, 0x22, 0x5C, 0x80, 0xC3, 0xFF]
        forAll(cases: 20_000) { random in
            var text = (0..<random.number(below: 28)).map { _ in random.pick(bytes) }
            if !text.isEmpty, random.once(in: 2) {
                text[random.number(below: text.count)] = random.pick(others)
            }
            let expected = text.allSatisfy { $0 >= 0x20 && $0 < 0x80 && $0 != 0x22 && $0 != 0x5C }
            // Also where the text ends with the memory that it stands in.
            let found = text.withUnsafeBytes { ByteSearch.areAllPlainInString($0) }
            try require(found == expected, "\(text)")
        }
    }
}
