import Testing
@testable import AuditRecords
@testable import StoreConformance

/// The table that the sources hold, held against the file that Unicode publishes.
@Suite struct CaseFoldingTests {
    @Test func `every code point is folded as Unicode's file has it, and folding again changes nothing`() {
        #expect(ReferenceSearch.mappings.count == 1454)
        var wrong: [UInt32] = []
        for character in UInt32(0)...0x10FFFF {
            let folded = CaseFolding.folded(character)
            if folded != ReferenceSearch.mappings[character] ?? character
                || CaseFolding.folded(folded) != folded
            {
                wrong.append(character)
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test func `a text is folded character by character, also where another takes more or fewer bytes`() {
        for (text, expected) in [
            ("", ""), ("Zoë ÄÖ", "zoë äö"), ("\u{212A}\u{17F}", "ks"), ("ȺȾ", "ⱥⱦ"), ("ẞß", "ßß"),
            ("İI", "İi"), ("ΣΑΣ", "σασ"), ("ς", "σ"), ("𐐀Ꭰꭰ", "𐐨ᎠᎠ"), ("日本", "日本"), ("ﬃ", "ﬃ"),
        ] {
            let folded = CaseFolding.folded(Array(text.utf8).span)
            #expect(folded == Array(expected.utf8), "\(text)")
        }
    }

    @Test func `what is no UTF-8 stays as it is`() {
        for bytes: [UInt8] in [[0xC3], [0xE2, 0x41, 0x42], [0xFF, 0x80], [0xF0, 0x9F, 0x98]] {
            let folded = CaseFolding.folded(bytes.span)
            #expect(folded == bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
        }
    }
}
