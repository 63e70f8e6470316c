/// Where a record stands in its shard: decimal digits, as DynamoDB gives them (21 to 40 of them,
/// docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html). They grow along a shard and say nothing
/// across two.
struct SequenceNumber: Hashable, Sendable {
    static let mostDigits = 40

    /// The digits as they came, zeros in front included.
    let digits: [UInt8]

    /// Nil of what are no such digits.
    init?(_ text: some Collection<UInt8>) {
        guard (1...Self.mostDigits).contains(text.count),
            text.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
        else { return nil }
        digits = Array(text)
    }
}

extension SequenceNumber: Comparable {
    /// By their value.
    static func < (left: SequenceNumber, right: SequenceNumber) -> Bool {
        let (left, right) = (left.significant, right.significant)
        return left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count < right.count
    }

    private var significant: ArraySlice<UInt8> { digits.drop { $0 == UInt8(ascii: "0") } }
}

extension SequenceNumber {
    /// Appends how many digits there are, and two of them a byte.
    func append(to bytes: inout [UInt8]) {
        bytes.append(UInt8(digits.count))
        for start in stride(from: 0, to: digits.count, by: 2) {
            let low = start + 1 < digits.count ? digits[start + 1] & 0xF : 0
            bytes.append(digits[start] << 4 | low)
        }
    }

    /// Takes one from the front; nil where there is none.
    init?(takenFrom bytes: inout ArraySlice<UInt8>) {
        guard let count = bytes.popFirst(), bytes.count >= (Int(count) + 1) / 2 else { return nil }
        let packed = bytes.prefix((Int(count) + 1) / 2)
        bytes.removeFirst(packed.count)
        let digits = packed.flatMap { [$0 >> 4 + UInt8(ascii: "0"), $0 & 0xF + UInt8(ascii: "0")] }
        self.init(digits.prefix(Int(count)))
    }
}
