/// Base64 with padding (RFC 4648 section 4), as signed notes and PEM have it.
extension [UInt8] {
    /// These bytes as base64 characters.
    package var base64: [UInt8] {
        let text = base64URL.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: byte
            }
        }
        return text + [UInt8](repeating: UInt8(ascii: "="), count: (4 - text.count % 4) % 4)
    }

    /// The bytes that base64 characters stand for; nil for any other text, so that one value has one spelling.
    package init?(base64 text: some Sequence<UInt8>) {
        var characters: [UInt8] = []
        var padding = 0
        var length = 0
        for byte in text {
            length += 1
            guard byte != UInt8(ascii: "=") else {
                padding += 1
                continue
            }
            guard padding == 0, byte != UInt8(ascii: "-"), byte != UInt8(ascii: "_") else { return nil }
            characters.append(
                byte == UInt8(ascii: "+")
                    ? UInt8(ascii: "-") : byte == UInt8(ascii: "/") ? UInt8(ascii: "_") : byte)
        }
        guard length.isMultiple(of: 4), padding < 3 else { return nil }
        self.init(base64URL: characters)
    }
}
