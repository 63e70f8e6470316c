import JSONBytes

/// Text of others, fit to be shown. Ids and attributes may hold characters that steer a terminal, turn the order of what
/// stands beside them, or are seen by nobody, so that two different ids look the same.
extension String {
    /// This text with such characters as their code points: `<U+202E>`, as `less` shows them.
    var printable: String { replacing { $0.isUnseen } }

    /// This text with control characters as their code points, so that it stays one field of one line. All else is as it is:
    /// for programs.
    var unbroken: String { replacing { $0.properties.generalCategory == .control } }

    private func replacing(_ isReplaced: (Unicode.Scalar) -> Bool) -> String {
        guard !utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return self }
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if isReplaced(scalar) {
                text.append(contentsOf: "<U+\(scalar.value.codePoint)>".unicodeScalars)
            } else {
                text.append(scalar)
            }
        }
        return String(text)
    }
}

extension [UInt8] {
    /// JSON with characters that nobody sees as escapes: the same value for whoever reads it as JSON.
    var visibleJSON: [UInt8] {
        guard contains(where: { $0 >= 0x7F }) else { return self }
        var visible: [UInt8] = []
        visible.reserveCapacity(count)
        for scalar in String(decoding: self, as: UTF8.self).unicodeScalars {
            // Control characters of ASCII stand between values only: within strings JSON itself escapes them.
            if scalar.value < 0x20 || !scalar.isUnseen {
                visible.append(contentsOf: String(scalar).utf8)
            } else {
                for unit in String(scalar).utf16 {
                    visible.append(contentsOf: "\\u\(UInt32(unit).codePoint.lowercased())".utf8)
                }
            }
        }
        return visible
    }
}

extension Unicode.Scalar {
    /// Whether a terminal obeys this character or shows nothing for it: control and format characters (those that turn the
    /// direction of text are among them), separators of lines and paragraphs, and what Unicode says to ignore in display.
    fileprivate var isUnseen: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: properties.isDefaultIgnorableCodePoint
        }
    }
}
