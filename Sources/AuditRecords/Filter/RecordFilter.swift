package import JSONBytes

/// A filter on records as it is asked for, made ready to be held against many records.
///
/// Two filters are equal if their normal forms are: then they let the same records through. The other way round it is not so,
/// as `a pr and b pr` and `b pr and a pr` are two.
package struct RecordFilter: Hashable, Sendable, CustomStringConvertible {
    /// The longest filter that may be asked for, in bytes.
    package static let maximumByteCount = 4096
    /// The most comparisons of one filter.
    package static let maximumComparisons = 64
    /// How deep parentheses, `not` and brackets may stand in each other, each counted.
    package static let maximumDepth = 16

    /// One reference: questions are copied some times on their way.
    private let content: Content

    private final class Content: Sendable {
        let condition: FilterCondition
        let text: [UInt8]
        let program: FilterProgram

        init(_ condition: FilterCondition) {
            self.condition = condition
            text = condition.text
            program = FilterProgram(condition)
        }
    }

    /// Reads a filter as it is written, or its normal form. Costs some microseconds, and no more than its length allows.
    ///
    /// - Throws: what is wrong where, for a person to read.
    package init(_ text: [UInt8]) throws(FilterError) {
        content = Content(try FilterParser.condition(of: text))
    }

    /// The normal form, which reads as the same filter: UTF-8 on one line, at most 2 KiB longer than what was asked for.
    package var text: [UInt8] { content.text }

    /// What it asks.
    var condition: FilterCondition { content.condition }

    /// The normal form.
    package var description: String { String(decoding: text, as: UTF8.self) }

    /// Whether a record passes, of whose attributes these are to be seen: the text of one object. Costs one pass over them.
    ///
    /// - Throws: where they are no such text. Whether the record passes is not known then.
    package func matches(_ record: AuditRecord, attributes: [UInt8]) throws(JSONFault) -> Bool {
        try content.program.matches(record, attributes: attributes)
    }

    /// Whether the normal forms are equal.
    package static func == (left: RecordFilter, right: RecordFilter) -> Bool {
        left.content === right.content || left.text == right.text
    }

    /// Hashes the normal form.
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
