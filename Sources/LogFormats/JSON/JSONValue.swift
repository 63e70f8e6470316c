internal import JSONBytes

/// A value of a JSON text. Looking a member up costs a pass over its object's names.
package struct JSONValue: Sendable {
    let text: JSONText
    let index: Int

    private var node: JSONText.Node { text.nodes[index] }

    var kind: JSONText.Kind { node.kind }
    var isObject: Bool { kind == .object }
    var isArray: Bool { kind == .array }
    /// Whether a string has escapes.
    var hasEscapes: Bool { node.hasEscapes }

    /// Where it stands in its text.
    var range: Range<Int> { Int(node.start)..<Int(node.end) }

    /// Its JSON text as it stands.
    package var bytes: [UInt8] { Array(text.bytes[range]) }

    /// The elements of an array; none of another value.
    var elements: [JSONValue] {
        guard isArray else { return [] }
        var elements: [JSONValue] = []
        var place = index + 1
        while place < node.next {
            elements.append(JSONValue(text: text, index: place))
            place = Int(text.nodes[place].next)
        }
        return elements
    }

    /// The first element of an array that has one.
    var first: JSONValue? {
        isArray && index + 1 < node.next ? JSONValue(text: text, index: index + 1) : nil
    }

    /// The members of an object in their order; none of another value.
    var members: [(name: JSONValue, value: JSONValue)] {
        guard isObject else { return [] }
        var members: [(JSONValue, JSONValue)] = []
        var place = index + 1
        while place < node.next {
            members.append((JSONValue(text: text, index: place), JSONValue(text: text, index: place + 1)))
            place = Int(text.nodes[place + 1].next)
        }
        return members
    }

    /// The member of this name: of several the last, as most readers have it. Nil of another value than an object.
    func member(_ name: UnsafeBufferPointer<UInt8>) -> JSONValue? {
        guard isObject else { return nil }
        let found = text.nodes.withUnsafeBufferPointer { nodes in
            var found: Int?
            var place = index + 1
            while place < nodes[index].next {
                if text.isName(nodes[place], name) { found = place + 1 }
                place = Int(nodes[place + 1].next)
            }
            return found
        }
        return found.map { JSONValue(text: text, index: $0) }
    }

    /// The member of this name, whatever characters that has.
    func member(_ name: StaticString) -> JSONValue? {
        name.withUTF8Buffer { member($0) }
    }
}

// What it says.
extension JSONValue {
    /// The text of a string; nil of another value. A half of a surrogate pair is three bytes, as in ``Event``. A number with a
    /// point or an exponent counts as the text that it is, for nobody counts in such ones.
    package var string: [UInt8]? {
        guard kind == .string else { return kind == .number && wholeNumber == nil ? bytes : nil }
        return node.hasEscapes
            ? decodeHalfPairs(text.bytes[range])
            : Array(text.bytes[range.lowerBound + 1..<range.upperBound - 1])
    }

    /// A string that is not empty, or of an array the first element that is one; nil of all others.
    package var words: [UInt8]? {
        if isArray {
            for element in elements {
                if let text = element.string, !text.isEmpty { return text }
            }
            return nil
        }
        guard let text = string, !text.isEmpty else { return nil }
        return text
    }

    /// The digits of a number without point and exponent, as they stand; nil of all others.
    package var wholeNumber: [UInt8]? {
        guard kind == .number else { return nil }
        let digits = bytes
        guard digits.allSatisfy({ $0 == UInt8(ascii: "-") || $0.isDigit }) else { return nil }
        return digits.elementsEqual("-0".utf8) ? [UInt8(ascii: "0")] : digits
    }

    /// What it says as part of a text: a string's text, or a number; nil where that is nothing.
    var spelling: [UInt8]? {
        guard let text = string ?? wholeNumber, !text.isEmpty else { return nil }
        return text
    }

    /// The value of a ``wholeNumber`` that an Int can hold.
    var int: Int? { wholeNumber.flatMap { Int(String(decoding: $0, as: UTF8.self)) } }

    /// Whether it is the string.
    func spells(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { string?.elementsEqual($0) == true }
    }

    /// Whether it says anything: false, 0, null and what is empty do not.
    var isSomething: Bool {
        switch kind {
        case .object, .array: node.next > index + 1
        case .string: range.count > 2
        case .number: int != 0
        case .isTrue: true
        case .isFalse, .null: false
        }
    }
}

extension JSONText {
    fileprivate func isName(_ node: Node, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        if node.hasEscapes {
            return decodeHalfPairs(bytes[Int(node.start)..<Int(node.end)]).elementsEqual(name)
        }
        guard Int(node.end - node.start) == name.count + 2 else { return false }
        let start = Int(node.start) + 1
        return bytes.withUnsafeBufferPointer { bytes in
            // From behind, for names are more often alike in their beginnings.
            var offset = name.count
            while offset > 0, bytes[start + offset - 1] == name[offset - 1] { offset -= 1 }
            return offset == 0
        }
    }
}
