/// Where and why bytes are no JSON text, or not the one that is needed. Holds nothing of what the bytes say, but what
/// names the part of them that is wrong.
@usableFromInline package struct JSONFault: Error, Equatable, CustomStringConvertible {
    /// Bytes before the fault.
    package let offset: Int
    /// What is wrong.
    package let detail: String
    /// Which part of the text is wrong, where it has many that are alike: an item of DynamoDB, by its key. Nil where the
    /// place tells.
    package var part: String?

    /// A fault behind so many bytes, in a part of the text if the place does not tell enough.
    package init(offset: Int, detail: String, part: String? = nil) {
        self.offset = offset
        self.detail = detail
        self.part = part
    }

    /// What is wrong, and where: bytes are counted from 1.
    @usableFromInline package var description: String {
        part.map { "\($0): \(detail)" } ?? "\(detail), at byte \(offset + 1)"
    }
}
