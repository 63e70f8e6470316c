import Testing

@testable import JSONBytes

/// Bytes that are made in a place for so many.
@Suite struct MadeBytesTests {
    @Test func `they are those that were written and no more, whatever room there was`() {
        for capacity in [0, 1, 36, 1023, 1024, 1025, 100_000] {
            for count in Set([0, capacity / 2, capacity]) {
                let expected = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
                let made = [UInt8](atMost: capacity) { place in
                    place.copyBytes(from: expected)
                    return count
                }
                #expect(made == expected, "\(count) of \(capacity)")
            }
        }
    }
}
