internal import JSONBytes

/// A sieve for records whose attributes are one text with gaps, each of which has its own values in: what a filter would do in
/// its walk over any of them is found out once.
///
/// It tells only of records whose text, with the values in it, is one that every strict parser reads: what ``RecordSieve`` tells of
/// the whole text.
package final class ShapeSieve: Sendable {
    private let program: FilterProgram
    private let unknown: FilterProgram.Bits
    private let steps: ShapeSteps
    /// The bytes of the text without its values.
    private let frame: Int

    /// A sieve for a text that has a zero byte for each value: between quotes for a string's text, else for a number, true, false
    /// or null. Nil where that is no JSON object with a value in each gap and nowhere else.
    package init?(_ sieve: RecordSieve, shape: [UInt8]) {
        guard let steps = try? ShapeWalk.steps(over: shape, sieve.program.root) else { return nil }
        self.steps = steps
        frame = shape.count { $0 != 0 }
        program = sieve.program
        unknown = sieve.unknown
    }

    /// What it takes of memory, in steps of some 20 bytes.
    package var stepCount: Int { steps.kinds.count }

    /// Whether no record passes the filter that has these values, each behind its length in seven bits a byte, the lowest first; nil
    /// where only the whole text tells. Costs one pass over them. Adds the bytes of the text to `judged` unless it is nil.
    package func leavesOut(
        _ values: UnsafeRawBufferPointer, _ known: RecordSieve.Known, judged: inout Int
    ) -> Bool? {
        var length = frame
        var walk = FilterWalk(known.bits)
        var rest = PackedValues(values)
        var asked = steps.nodes.startIndex
        for kind in steps.kinds {
            switch kind {
            case .anyString:
                guard let text = rest.next(), text.isPlainText else { return nil }
                length += text.count
                continue
            case .anyWord:
                guard let text = rest.next(), text.isJSONWord else { return nil }
                length += text.count
                continue
            case .string:
                guard let text = rest.next(), text.isPlainText else { return nil }
                length += text.count
                walk.take(string: text.span, steps.nodes[asked].checks)
            case .word:
                guard let text = rest.next(), text.isJSONWord else { return nil }
                length += text.count
                walk.take(word: text.span, steps.nodes[asked].checks)
            case .open:
                walk.open(steps.nodes[asked])
                walk.takeMember(steps.nodes[asked])
            case .openEmpty: walk.open(steps.nodes[asked])
            case .close: walk.close(steps.nodes[asked])
            }
            asked += 1
        }
        guard rest.isEmpty else { return nil }
        judged += length
        return !program.mayHold(walk.bits, unknown: unknown)
    }
}

extension AuditRecord {
    /// Whether a text with gaps, as ``ShapeSieve`` takes it, is that of attributes which every strict parser reads, whatever its gaps
    /// have: plain text between quotes (`isPlainText`), else a word of JSON (`isJSONWord`). Costs a pass over it.
    package static func isReadable(shape: [UInt8]) -> Bool {
        (try? ShapeWalk.steps(over: shape, nil)) != nil
    }
}
