extension String {
    /// How many columns of a terminal this text takes.
    var displayWidth: Int {
        utf8.allSatisfy { $0 < 0x80 } ? utf8.count : reduce(0) { $0 + $1.displayWidth }
    }

    /// This text in pieces of at most so many columns; one empty piece for an empty text. A character that is wider than
    /// that stands alone.
    func wrapped(to width: Int) -> [String] {
        guard displayWidth > width else { return [self] }
        var pieces = [""]
        var used = 0
        for character in self {
            if used > 0, used + character.displayWidth > width {
                pieces.append("")
                used = 0
            }
            pieces[pieces.count - 1].append(character)
            used += character.displayWidth
        }
        return pieces
    }

    /// This text with spaces behind it, so that it takes so many columns.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - displayWidth))
    }
}

extension Character {
    /// Wide characters of East Asia take two columns (Unicode Standard Annex 11, W and F, in ranges as wcwidth(3) has
    /// them), and so do emoji.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1B000...0x1B2FF, 0x20000...0x3FFFD,
    ]

    /// How many columns of a terminal it takes: what combines with its first scalar takes none.
    fileprivate var displayWidth: Int {
        guard let scalar = unicodeScalars.first, scalar.value >= 0x300 else { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        let isWide = scalar.properties.isEmojiPresentation || Self.wideRanges.contains { $0 ~= scalar.value }
        return isWide ? 2 : 1
    }
}
