import TestSupport
import Testing
@testable import JSONBytes

@Suite struct UTF8CheckTests {
    /// What the standard library says of the whole text.
    private func expected(_ text: [UInt8]) -> Int? {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: text.span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    @Test func `a text is judged in pieces as it is whole`() {
        let characters = [
            "a", "\u{7F}", "é", "\u{7FF}", "日", "\u{FFFD}", "🦀", "\u{10FFFF}", "0123456789abcdef",
        ]
        var (valid, invalid) = (0, 0)
        forAll(cases: 20_000) { random in
            var bytes: [UInt8] = []
            for _ in 0..<random.number(below: 40) {
                let character = random.pick(characters)
                for _ in 0...random.number(below: random.once(in: 4) ? 40 : 2) {
                    bytes += Array(character.utf8)
                }
            }
            for _ in 0..<random.number(below: 3) where !bytes.isEmpty {
                let place = random.number(below: bytes.count)
                switch random.number(below: 3) {
                case 0: bytes[place] = UInt8(random.number(below: 256))
                case 1: bytes.remove(at: place)
                default: bytes.removeSubrange(place...)
                }
            }
            let fault = expected(bytes)
            if fault == nil { valid += 1 } else { invalid += 1 }
            try require(UTF8Check.firstFault(in: bytes) == fault, "they differ on \(bytes)")
        }
        #expect(valid > 1000 && invalid > 1000)
    }

    @Test(arguments: 0..<140) func `a character may begin and end at each place`(start: Int) {
        let text =
            [UInt8](repeating: 0x61, count: start) + Array("🦀".utf8)
            + [UInt8](repeating: 0x62, count: 140 - start)
        #expect(UTF8Check.firstFault(in: text) == nil)
        #expect(UTF8Check.firstFault(in: Array(text[..<(start + 3)])) == start)
    }
}
