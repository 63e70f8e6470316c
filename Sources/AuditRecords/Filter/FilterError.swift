/// Why a text is no filter.
package struct FilterError: Error, Equatable, CustomStringConvertible {
    /// Where it goes wrong: the number of the character (a Unicode code point), the first being 1.
    package let position: Int
    /// What was expected there, or what is wrong with what stands there.
    package let detail: String

    /// A fault behind so many bytes of a text.
    init(_ detail: String, in text: some Collection<UInt8>, at offset: Int) {
        // Each code point of UTF-8 has one byte that continues no other.
        position = text.prefix(offset).count { $0 & 0xC0 != 0x80 } + 1
        self.detail = detail
    }

    /// Place and fault, for a person to read.
    package var description: String { "is wrong at character \(position): \(detail)" }
}
