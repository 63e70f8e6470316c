internal import JSONBytes

/// Where the values of groups stand in records whose attributes are one text with gaps, each of which has its own values in: found
/// once for all of them.
///
/// It tells only of records whose text, with the values in it, is one that every strict parser reads, as ``ShapeSieve`` does.
package final class ShapeGroups: Sendable {
    private let steps: ShapeSteps
    /// The bytes of the text without its values.
    private let frame: Int

    /// For paths of attributes, two at most, and a text that has a zero byte for each value: between quotes for a string's text, else
    /// for a number, true, false or null. Nil where that is no JSON object with a value in each gap and nowhere else.
    package init?(_ paths: [AttributePath], shape: [UInt8]) {
        // A filter looks at the same places: an array stands for each of its elements, on the way and at the end.
        let isThere = paths.map { FilterCondition.value($0, .present) }
        let program = FilterProgram(FilterCondition(any: isThere))
        guard let steps = try? ShapeWalk.steps(over: shape, program.root) else { return nil }
        self.steps = steps
        frame = shape.count { $0 != 0 }
    }

    /// What it takes of memory, in steps of some 20 bytes.
    package var stepCount: Int { steps.kinds.count }

    /// Tells each text, number, true, false and null at the paths of a record that has these values, each behind its length in seven
    /// bits a byte, the lowest first: what stands at the first path, at the second, or at both. Costs one pass over them. Adds the bytes
    /// of the text to `judged`. False for a record of which that does not tell all: what was told is to be forgotten.
    package func read(
        _ values: UnsafeRawBufferPointer, judged: inout Int,
        _ take: (_ value: UnsafeBufferPointer<UInt8>, _ isText: Bool, _ isFirst: Bool, _ isSecond: Bool) ->
            Void
    ) -> Bool {
        var (length, isPlain) = (frame, true)
        var rest = PackedValues(values)
        var asked = steps.nodes.startIndex
        for kind in steps.kinds {
            defer { asked += kind.asks ? 1 : 0 }
            // An object is no value.
            guard let isText = kind.isText else { continue }
            guard let value = rest.next() else { return false }
            // All of them are counted: how a record is stored may tell nothing.
            length += value.count
            isPlain = isPlain && (isText ? value.isPlainText : value.isJSONWord)
            if isPlain, kind.asks {
                let present = steps.nodes[asked].checks.present
                take(value, isText, present & 1 != 0, present & 2 != 0)
            }
        }
        judged += length
        return isPlain && rest.isEmpty
    }
}

extension ShapeSteps.Kind {
    /// Whether a node belongs to it.
    fileprivate var asks: Bool { self != .anyString && self != .anyWord }

    /// Whether a value is a string's; nil for what is no value.
    fileprivate var isText: Bool? {
        switch self {
        case .anyString, .string: true
        case .anyWord, .word: false
        case .open, .openEmpty, .close: nil
        }
    }
}
