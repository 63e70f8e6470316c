import TestSupport
import Testing

@testable import SQLiteRecords

/// What is known by numbers, beside a dictionary.
@Suite struct NumberMapTests {
    /// On both sides of where the array ends, far away, and those that nobody gives.
    private let numbers: [Int64] = [
        0, 1, 2, 77, 16_382, 16_383, 16_384, 16_385, 1 << 40, .max, -1, .min,
    ]

    @Test func `it knows what was last said of each number`() {
        forAll(cases: 500) { random in
            let map = NumberMap<Int>(mostOthers: 1000)
            var model: [Int64: Int] = [:]
            for value in 0..<random.number(below: 60) {
                let number = random.pick(numbers)
                let said = random.once(in: 5) ? nil : value
                map[number] = said
                model[number] = said
            }
            for number in numbers { try require(map[number] == model[number], "\(number)") }
        }
    }

    @Test func `it keeps no more of the numbers that have no array than it may`() {
        let map = NumberMap<Int>(mostOthers: 10)
        map[5] = 5
        for number in 20_000..<20_010 { map[Int64(number)] = number }
        #expect(map[20_000] == 20_000 && map[20_009] == 20_009)
        map[20_010] = 20_010
        #expect(map[20_000] == nil && map[20_010] == 20_010 && map[5] == 5)
    }
}
