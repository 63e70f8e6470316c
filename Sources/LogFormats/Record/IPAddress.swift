/// An IPv4 or IPv6 address as a log writes it.
struct IPAddress {
    /// The address: no port, no brackets, no white space around it.
    let text: [UInt8]

    /// The address that a text is, a port behind it or not; nil where it is anything else.
    init?(in text: [UInt8]) {
        let trimmed = Self.trimmed(text)
        let address = Self.inBrackets(trimmed) ?? Self.beforePort(trimmed) ?? trimmed
        guard Self.isIPv4(address) || Self.isIPv6(address) else { return nil }
        self.text = Array(address)
    }

    private static func trimmed(_ text: [UInt8]) -> ArraySlice<UInt8> {
        let rest = text.drop(while: \.isBlank)
        return rest.dropLast(rest.reversed().prefix(while: \.isBlank).count)
    }

    /// The address of `[::1]` and `[::1]:443`; nil of all others.
    private static func inBrackets(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard text.first == UInt8(ascii: "["), let end = text.firstIndex(of: UInt8(ascii: "]")) else {
            return nil
        }
        let rest = text[(end + 1)...]
        guard rest.isEmpty || isPort(rest) else { return nil }
        return text[(text.startIndex + 1)..<end]
    }

    /// The address of `1.2.3.4:443`; nil of all others.
    private static func beforePort(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), isPort(text[colon...]),
            isIPv4(text[..<colon])
        else { return nil }
        return text[..<colon]
    }

    /// Whether it is `:443`.
    private static func isPort(_ text: ArraySlice<UInt8>) -> Bool {
        text.count > 1 && text.first == UInt8(ascii: ":") && text.dropFirst().allSatisfy(\.isDigit)
    }

    /// Four numbers up to 255 without leading zeros, which some take for octal ones (RFC 6943, section 3.1.1).
    private static func isIPv4(_ text: ArraySlice<UInt8>) -> Bool {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.allSatisfy(\.isDigit)
                    && (part.count == 1 || part.first != UInt8(ascii: "0"))
                    && part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 255
            }
    }

    /// RFC 4291, section 2.2: eight groups, of which one run may be left out, and the last two may be an IPv4 address.
    private static func isIPv6(_ text: ArraySlice<UInt8>) -> Bool {
        var groups = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard groups.count >= 3, let last = groups.last else { return false }
        if last.contains(UInt8(ascii: ".")) {
            guard isIPv4(last) else { return false }
            let zero: ArraySlice<UInt8> = [UInt8(ascii: "0")]
            groups.replaceSubrange((groups.count - 1)..., with: [zero, zero])
        }
        guard groups.allSatisfy({ $0.count <= 4 && $0.allSatisfy(\.isHexadecimal) }) else { return false }
        let gaps = (1..<groups.count - 1).filter { groups[$0].isEmpty }
        let isEmptyFirst = groups[0].isEmpty
        let isEmptyLast = groups[groups.count - 1].isEmpty
        guard let gap = gaps.first else { return groups.count == 8 && !isEmptyFirst && !isEmptyLast }
        // An empty group at an end is half of a gap there, and none by itself.
        guard gaps.count == 1, !isEmptyFirst || gap == 1, !isEmptyLast || gap == groups.count - 2 else {
            return false
        }
        return groups.filter { !$0.isEmpty }.count <= 7
    }
}
