internal import Glibc

/// The parameters of a request as libfcgi keeps them: NAME=VALUE, in their order.
///
/// A request is looked into some twenty times, and has as many parameters. FCGX_GetParam compares with each of them each time, a
/// twentieth of a hit; here the lengths of their names are taken once, and only those of the same length are compared.
struct Parameters {
    private let pairs: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int
    /// How long the names of the first ones are, as far as a byte tells: eight of them in a word, the first one lowest. 0 behind the
    /// last.
    private var lengths = InlineArray<8, UInt64>(repeating: 0)

    /// Those behind so many are measured when they are looked at.
    private static let measuredCount = 64
    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// Those of a list that ends with nil, as FCGX_Accept_r leaves it.
    init(_ pairs: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) {
        var count = 0
        while let pair = pairs[count] {
            if count < Self.measuredCount {
                lengths[count / 8] |= UInt64(Self.nameLength(of: pair)) << (8 * UInt64(count % 8))
            }
            count += 1
        }
        self.pairs = pairs
        self.count = count
    }

    private static func nameLength(of pair: UnsafeMutablePointer<CChar>) -> UInt8 {
        strchr(pair, Int32(UInt8(ascii: "="))).map { UInt8(clamping: $0 - pair) } ?? 0
    }

    /// The first value of a name, which has 1 to 254 bytes; nil where there is none.
    func first(_ name: StaticString) -> UnsafePointer<CChar>? {
        var place = 0
        return next(name, from: &place)
    }

    /// Looks at each value of a name, which has 1 to 254 bytes.
    func forEachValue(of name: StaticString, _ body: (UnsafePointer<CChar>) -> Void) {
        var place = 0
        while let value = next(name, from: &place) { body(value) }
    }

    /// The next value of a name, and the place behind it.
    private func next(_ name: StaticString, from place: inout Int) -> UnsafePointer<CChar>? {
        name.withUTF8Buffer { name in
            guard let start = name.baseAddress else { return nil }
            assert((1...254).contains(name.count), "0 and 255 stand for other lengths, too")
            while true {
                skip(to: name.count, from: &place)
                guard place < count, let pair = pairs[place] else { return nil }
                place += 1
                if memcmp(pair, start, name.count) == 0 { return UnsafePointer(pair + name.count + 1) }
            }
        }
    }

    /// Skips those whose names are of another length: eight at a time, by the lowest zero byte of a word. After Sean Eron Anderson, "Bit
    /// Twiddling Hacks", "Determine if a word has a zero byte". Bytes behind that one may be marked wrongly, and none before it.
    private func skip(to length: Int, from place: inout Int) {
        let pattern = Self.ones &* UInt64(length)
        while place < min(count, Self.measuredCount) {
            // Those that are passed differ in any case.
            let passed: UInt64 = 1 << (8 * UInt64(place % 8)) - 1
            let differences = (lengths[place / 8] ^ pattern) | passed
            let equal = (differences &- Self.ones) & ~differences & (Self.ones &* 0x80)
            if equal != 0 {
                place = place & ~7 + equal.trailingZeroBitCount / 8
                return
            }
            place = (place | 7) + 1
        }
        place = min(place, count)
        while place < count, let pair = pairs[place], Int(Self.nameLength(of: pair)) != length { place += 1 }
    }
}
