/// The id that all spans of a request have, in all services it passes: 128 bits that are not all zero.
///
/// X-Ray writes it as `1-8hex-24hex`, W3C as 32 hexadecimal digits. They are the same bits
/// (docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids).
package struct TraceID: Hashable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    init?(high: UInt64, low: UInt64) {
        guard high != 0 || low != 0 else { return nil }
        self.high = high
        self.low = low
    }

    /// One of a request that comes now. Its 96 random bits are the kernel's, so that nobody can guess them.
    init(seconds: UInt64) {
        var generator = SystemRandomNumberGenerator()
        high = seconds << 32 | generator.next() >> 32
        low = generator.next()
    }

    /// Reads X-Ray's form.
    init?(xray text: Substring) {
        let parts = text.split(separator: "-", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "1", parts[1].utf8.count == 8, parts[2].utf8.count == 24,
            let seconds = HexadecimalText.number(parts[1].utf8),
            let middle = HexadecimalText.number(parts[2].utf8.prefix(8)),
            let low = HexadecimalText.number(parts[2].utf8.suffix(16))
        else { return nil }
        self.init(high: seconds << 32 | middle, low: low)
    }

    /// Reads W3C's form.
    init?(w3c text: Substring) {
        guard text.utf8.count == 32, let high = HexadecimalText.number(text.utf8.prefix(16)),
            let low = HexadecimalText.number(text.utf8.suffix(16))
        else { return nil }
        self.init(high: high, low: low)
    }

    /// X-Ray's form, as its console and logs have it.
    package var description: String {
        "1-" + HexadecimalText.text(high >> 32, digits: 8) + "-" + HexadecimalText.text(high, digits: 8)
            + HexadecimalText.text(low, digits: 16)
    }

    /// W3C's form (www.w3.org/TR/trace-context, 3.2.2.3).
    var w3c: String { HexadecimalText.text(high, digits: 16) + HexadecimalText.text(low, digits: 16) }
}
