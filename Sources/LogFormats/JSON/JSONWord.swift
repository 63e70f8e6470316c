/// A number or `true`, `false` or `null` that comes byte by byte.
struct JSONWord {
    /// What a byte is to it.
    enum Outcome { case more, end, broken }

    private enum State {
        case minus, zero, whole, point, fraction, exponent, sign, power
        /// Of these letters so many have come.
        case letters(StaticString, Int)
    }

    private var state: State

    /// A number at its beginning.
    init() {
        state = .minus
    }

    /// The word that begins with a byte; nil where none does.
    init?(first byte: UInt8) {
        switch byte {
        case UInt8(ascii: "-"): state = .minus
        case UInt8(ascii: "0"): state = .zero
        case UInt8(ascii: "1")...UInt8(ascii: "9"): state = .whole
        case UInt8(ascii: "t"): state = .letters("true", 1)
        case UInt8(ascii: "f"): state = .letters("false", 1)
        case UInt8(ascii: "n"): state = .letters("null", 1)
        default: return nil
        }
    }

    /// Takes the next byte, or ends before it.
    mutating func take(_ byte: UInt8) -> Outcome {
        if case .letters(let word, let count) = state {
            guard count < word.utf8CodeUnitCount else { return .end }
            state = .letters(word, count + 1)
            return word.withUTF8Buffer { $0[count] == byte } ? .more : .broken
        }
        if let next = next(byte) {
            state = next
            return .more
        }
        switch state {
        case .zero, .whole, .fraction, .power: return .end
        default: return .broken
        }
    }

    private func next(_ byte: UInt8) -> State? {
        let isExponent = byte | 0x20 == UInt8(ascii: "e")
        switch state {
        case .minus: return byte == UInt8(ascii: "0") ? .zero : byte.isDigit ? .whole : nil
        case .zero, .whole:
            if case .whole = state, byte.isDigit { return .whole }
            return byte == UInt8(ascii: ".") ? .point : isExponent ? .exponent : nil
        case .point: return byte.isDigit ? .fraction : nil
        case .fraction: return byte.isDigit ? .fraction : isExponent ? .exponent : nil
        case .exponent:
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { return .sign }
            return byte.isDigit ? .power : nil
        case .sign, .power: return byte.isDigit ? .power : nil
        case .letters: return nil
        }
    }
}
