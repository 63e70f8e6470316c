/// What codings of an answer a client takes (RFC 9110 section 12.5.3).
package enum AcceptEncoding {
    /// Whether it names gzip, and gives it no quality of 0 or one that is none.
    ///
    /// Nothing else counts: who sends no such header, or `*`, may take any coding by the RFC, and often knows none.
    package static func allowsGzip(_ header: String?) -> Bool {
        guard var header else { return false }
        return header.withUTF8 { bytes in
            var isAllowed = false
            for element in bytes.split(separator: UInt8(ascii: ",")) {
                let parts = element.split(
                    separator: UInt8(ascii: ";"), maxSplits: 1, omittingEmptySubsequences: false)
                guard let name = parts.first.map(HeaderList.trimmed), isGzip(name) else { continue }
                // Named twice, it has to be allowed twice.
                guard parts.count == 1 || hasQuality(HeaderList.trimmed(parts[1])) else { return false }
                isAllowed = true
            }
            return isAllowed
        }
    }

    private typealias Bytes = HeaderList.Bytes

    /// `x-gzip` is an old name of it (section 8.4.1.3).
    private static func isGzip(_ name: Bytes) -> Bool {
        let name = name.starts(with: "x-".utf8) || name.starts(with: "X-".utf8) ? name.dropFirst(2) : name
        // A small letter is its capital with one more bit.
        return name.count == 4 && name.lazy.map { $0 | 0x20 }.elementsEqual("gzip".utf8)
    }

    /// Whether a weight (section 12.4.2) is one, and more than 0.
    private static func hasQuality(_ weight: Bytes) -> Bool {
        guard weight.count > 2, weight.first.map({ $0 | 0x20 }) == UInt8(ascii: "q"),
            weight.dropFirst().first == UInt8(ascii: "=")
        else { return weight.isEmpty }
        var digits = weight.dropFirst(2)
        guard let whole = digits.popFirst(), whole == UInt8(ascii: "0") || whole == UInt8(ascii: "1") else {
            return false
        }
        guard let point = digits.popFirst() else { return whole == UInt8(ascii: "1") }
        let zero = UInt8(ascii: "0")
        let isFraction = digits.count <= 3 && digits.allSatisfy { $0 >= zero && $0 <= UInt8(ascii: "9") }
        guard point == UInt8(ascii: "."), isFraction else { return false }
        let isZero = digits.allSatisfy { $0 == zero }
        return (whole == zero) != isZero
    }
}
