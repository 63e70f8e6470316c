internal import Glibc

/// The parameters of a request as libfcgi keeps them: NAME=VALUE, in their order.
///
/// A request is looked into some twenty times, and has as many parameters. FCGX_GetParam compares with each of them each time, a
/// twentieth of a hit; here the lengths of their names are taken once, and only those of the same length are compared.
struct Parameters {
    private let pairs: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int
    /// How long the names of the first ones are, as far as a byte tells. 0 behind the last.
    private var lengths = InlineArray<64, UInt8>(repeating: 0)

    /// Those of a list that ends with nil, as FCGX_Accept_r leaves it.
    init(_ pairs: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) {
        var count = 0
        while let pair = pairs[count] {
            if count < lengths.count { lengths[count] = Self.nameLength(of: pair) }
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
                place = self.place(ofLength: name.count, from: place)
                guard place < count, let pair = pairs[place] else { return nil }
                place += 1
                if memcmp(pair, start, name.count) == 0 { return UnsafePointer(pair + name.count + 1) }
            }
        }
    }

    /// The first place, from one on, of a name of a length; the end or one behind it where there is none.
    private func place(ofLength length: Int, from start: Int) -> Int {
        if start < lengths.count, let place = measuredPlace(ofLength: length, from: start) { return place }
        var place = max(start, lengths.count)
        while place < count, let pair = pairs[place], Int(Self.nameLength(of: pair)) != length { place += 1 }
        return place
    }

    /// The same among those that are measured; nil where there is none.
    private func measuredPlace(ofLength length: Int, from start: Int) -> Int? {
        lengths.span.withUnsafeBytes { bytes in
            guard let first = bytes.baseAddress,
                let found = memchr(first + start, Int32(length), bytes.count - start)
            else { return nil }
            return UnsafeRawPointer(found) - first
        }
    }
}
