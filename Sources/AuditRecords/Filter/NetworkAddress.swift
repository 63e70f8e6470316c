internal import JSONBytes

/// An IPv4 or IPv6 address.
package struct NetworkAddress: Hashable, Sendable {
    /// 32 or 128 bits, the first one highest.
    private let bits: UInt128
    /// How many bits it has: 32 or 128.
    package let width: Int

    /// The bits before the IPv4 address in an IPv4-mapped one.
    static let mappedPrefix = 96
    private static let longestText = 45

    /// The address that a text is: four numbers without leading zeros, or IPv6 as RFC 4291, section 2.2, has it. Nil for
    /// any other text, one with a port, a zone, brackets or white space too.
    package init?(asWritten text: Span<UInt8>) {
        guard text.count <= Self.longestText else { return nil }
        if let bits = Self.ipv4(text, from: 0) {
            (self.bits, width) = (UInt128(bits), 32)
        } else if let bits = Self.ipv6(text) {
            (self.bits, width) = (bits, 128)
        } else {
            return nil
        }
    }

    private init(bits: UInt128, width: Int) {
        (self.bits, self.width) = (bits, width)
    }

    /// The IPv4 address that it is mapped from; nil for any other.
    var mapped: NetworkAddress? {
        guard width == 128, bits >> 32 == 0xFFFF else { return nil }
        return NetworkAddress(bits: bits & 0xFFFF_FFFF, width: 32)
    }

    /// Its first so many bits, the rest zero; as it is if it has fewer.
    func cut(to prefix: Int) -> NetworkAddress {
        let rest = max(0, width - prefix)
        return NetworkAddress(bits: (bits >> rest) << rest, width: width)
    }

    /// The one text of all spellings: for IPv6 that of RFC 5952.
    package var text: String {
        guard width == 128 else {
            return [24, 16, 8, 0].map { String(bits >> $0 & 0xFF) }.joined(separator: ".")
        }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> (112 - 16 * $0)) }
        func joined(_ groups: some Collection<UInt16>) -> String {
            groups.map { String($0, radix: 16) }.joined(separator: ":")
        }
        // The first of the longest runs of zeros.
        let runs = (0..<8).map { start in groups[start...].prefix { $0 == 0 } }
        guard let gap = runs.max(by: { $0.count < $1.count }), gap.count > 1 else { return joined(groups) }
        return "\(joined(groups[..<gap.startIndex]))::\(joined(groups[gap.endIndex...]))"
    }

    /// Four numbers up to 255 from a place to the end.
    private static func ipv4(_ text: Span<UInt8>, from start: Int) -> UInt32? {
        var (bits, place) = (UInt32(0), start)
        for part in 0..<4 {
            if part > 0 {
                guard place < text.count, text[place] == UInt8(ascii: ".") else { return nil }
                place += 1
            }
            var number: UInt32 = 0
            let first = place
            while place < text.count, text[place] &- UInt8(ascii: "0") < 10, place - first < 3 {
                number = number * 10 + UInt32(text[place] - UInt8(ascii: "0"))
                place += 1
            }
            // Some take numbers with leading zeros for octal ones (RFC 6943, section 3.1.1).
            guard place > first, number <= 255, text[first] != UInt8(ascii: "0") || place == first + 1
            else { return nil }
            bits = bits << 8 | number
        }
        return place == text.count ? bits : nil
    }

    private static func ipv6(_ text: Span<UInt8>) -> UInt128? {
        var reader = GroupReader(text)
        return reader.read(text)
    }

    /// Reads the groups of an IPv6 address.
    private struct GroupReader {
        private var bits: UInt128 = 0
        private var count = 0
        /// How many groups stand before `::`, if that is there.
        private var gap: Int?
        private var place = 0

        init(_ text: Span<UInt8>) {
            guard text.count > 1, text[0] == UInt8(ascii: ":"), text[1] == UInt8(ascii: ":") else { return }
            (gap, place) = (0, 2)
        }

        mutating func read(_ text: Span<UInt8>) -> UInt128? {
            while place < text.count {
                guard takeGroup(text) else { return nil }
            }
            guard let gap else { return count == 8 ? bits : nil }
            guard count < 8 else { return nil }
            let tail = 16 * (count - gap)
            return ((bits >> tail) << (128 - 16 * gap)) | (bits & ~(~0 << tail))
        }

        /// Takes a group, or an IPv4 address in place of the last two, and what separates it from the next one.
        private mutating func takeGroup(_ text: Span<UInt8>) -> Bool {
            let start = place
            var group: UInt128 = 0
            while place < text.count, place - start < 4, let digit = text[place].hexadecimalValue {
                group = group << 4 | UInt128(digit)
                place += 1
            }
            if place < text.count, text[place] == UInt8(ascii: ".") {
                guard count <= 6, let address = ipv4(text, from: start) else { return false }
                bits = bits << 32 | UInt128(address)
                (count, place) = (count + 2, text.count)
                return true
            }
            guard place > start, count < 8 else { return false }
            bits = bits << 16 | group
            count += 1
            return place == text.count || takeSeparator(text)
        }

        private mutating func takeSeparator(_ text: Span<UInt8>) -> Bool {
            guard text[place] == UInt8(ascii: ":"), place + 1 < text.count else { return false }
            place += 1
            guard text[place] == UInt8(ascii: ":") else { return true }
            guard gap == nil else { return false }
            (gap, place) = (count, place + 1)
            return true
        }
    }
}
