package import DemoData

extension SplitMix64 {
    /// A number up to `limit` - 1.
    package mutating func number(below limit: Int) -> Int { Int(next() % UInt64(limit)) }

    package mutating func number(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + number(below: range.upperBound - range.lowerBound + 1)
    }

    package mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[number(below: elements.count)]
    }

    /// True once in so many times.
    package mutating func once(in times: Int) -> Bool { number(below: times) == 0 }

    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// A generator of its own, for something that draws an unknown number of times.
    package mutating func fork() -> SplitMix64 { SplitMix64(seed: next()) }
}
