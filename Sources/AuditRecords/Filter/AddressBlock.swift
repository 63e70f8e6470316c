/// A network of IPv4 or IPv6 addresses, or one address.
struct AddressBlock: Hashable, Sendable {
    private let address: NetworkAddress
    /// How many bits of an address decide.
    private let prefix: Int

    /// Reads `10.0.0.0/8`, `2001:db8::/32`, or an address alone. Bits behind the prefix are ignored. A network within
    /// the IPv4-mapped addresses (RFC 4291, section 2.5.5.2) is one of IPv4.
    init?(_ text: [UInt8]) {
        let slash = text.firstIndex(of: UInt8(ascii: "/")) ?? text.endIndex
        guard let written = NetworkAddress(asWritten: text.span.extracting(..<slash)) else { return nil }
        var prefix = written.width
        if slash < text.endIndex {
            guard let stated = Self.prefix(text[(slash + 1)...]), stated <= prefix else { return nil }
            prefix = stated
        }
        let mappedBits = NetworkAddress.mappedPrefix
        if let mapped = written.mapped, prefix >= mappedBits {
            self.prefix = prefix - mappedBits
            address = mapped.cut(to: self.prefix)
        } else {
            self.prefix = prefix
            address = written.cut(to: prefix)
        }
    }

    /// Whether a text is an address that lies in it.
    func contains(_ text: Span<UInt8>) -> Bool {
        guard let written = NetworkAddress(asWritten: text) else { return false }
        return (written.mapped ?? written).cut(to: prefix) == address
    }

    /// The one text of all spellings.
    var text: String {
        prefix == address.width ? address.text : "\(address.text)/\(prefix)"
    }

    private static func prefix(_ digits: ArraySlice<UInt8>) -> Int? {
        guard (1...3).contains(digits.count), digits.count == 1 || digits.first != UInt8(ascii: "0"),
            digits.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 })
        else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}
