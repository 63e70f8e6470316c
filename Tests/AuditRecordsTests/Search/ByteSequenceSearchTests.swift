import TestSupport
import Testing
@testable import AuditRecords

@Suite struct ByteSequenceSearchTests {
    @Test func `what is sought is found behind much that is like it, and only where it is`() {
        let letters = Array("aaaaaaaaaaab".utf8)
        var found = 0
        forAll(cases: 3000) { random in
            func text(_ count: Int) -> [UInt8] { (0..<count).map { _ in random.pick(letters) } }
            let sought = text(random.number(in: 1...16))
            var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: random.number(below: 300))
            bytes += text(random.number(below: 40)) + (random.once(in: 2) ? sought : [])
            let places = 0..<max(0, bytes.count - sought.count + 1)
            let expected = places.contains { bytes[$0...].starts(with: sought) }
            found += expected ? 1 : 0
            try require(
                ByteSequenceSearch(sought).isFound(in: bytes.span) == expected, "\(sought) in \(bytes)")
        }
        #expect(found > 1000)
    }
}
