internal import JSONBytes

/// A place in records that a filter looks at: what is asked of the values there, and the places below it.
final class FilterNode: Sendable {
    /// A place below this one, and the name that leads there.
    struct Child: Sendable {
        let name: [UInt8]
        let node: FilterNode
        /// The first eight bytes of the name, and where it has fewer which of them.
        private let head: UInt64
        private let mask: UInt64

        init(name: [UInt8], node: FilterNode) {
            self.name = name
            self.node = node
            head = name.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
            mask = name.count < 8 ? ~(~0 << UInt64(8 * name.count)) : ~0
        }

        /// Whether a string of as many bytes, which begins at a place of a text, is the name.
        @inline(__always)
        func isNamed(in cursor: JSONCursor, at place: Int) -> Bool {
            guard cursor.word(at: place) & mask == head else { return false }
            return name.count <= 8 || cursor.bytes[place + 8..<place + name.count] == name[8...]
        }
    }

    /// A condition in brackets, which an object at this place is to fulfil.
    struct Brackets: Sendable {
        /// The bits of what stands in the brackets.
        let inner: FilterProgram.Bits
        let condition: FilterLogic
        /// What is set by an object that fulfils it.
        let bit: FilterProgram.Bits
    }

    let children: [Child]
    let checks: FilterChecks
    let brackets: [Brackets]

    init(children: [Child], checks: FilterChecks, brackets: [Brackets]) {
        self.children = children
        self.checks = checks
        self.brackets = brackets
    }

    /// The place to which a member's name leads.
    @inline(__always)
    func child(of name: JSONToken, in cursor: JSONCursor) throws(JSONFault) -> FilterNode? {
        guard !name.hasEscapes else {
            let name = try cursor.text(name)
            return children.first { $0.name == name }?.node
        }
        for child in children where child.name.count == name.range.count - 2 {
            if child.isNamed(in: cursor, at: name.range.lowerBound + 1) { return child.node }
        }
        return nil
    }
}

/// A function of bits.
indirect enum FilterLogic: Sendable {
    case bit(FilterProgram.Bits)
    case all([FilterLogic])
    case any([FilterLogic])
    case not(FilterLogic)

    /// Its value.
    func isTrue(of bits: FilterProgram.Bits) -> Bool {
        switch self {
        case .bit(let bit): bits & bit != 0
        case .all(let parts): parts.allSatisfy { $0.isTrue(of: bits) }
        case .any(let parts): parts.contains { $0.isTrue(of: bits) }
        case .not(let part): !part.isTrue(of: bits)
        }
    }

    /// Whether it can be true where some bits may be set or not.
    func mayBeTrue(of bits: FilterProgram.Bits, unknown: FilterProgram.Bits) -> Bool {
        switch self {
        case .bit(let bit): (bits | unknown) & bit != 0
        case .all(let parts): parts.allSatisfy { $0.mayBeTrue(of: bits, unknown: unknown) }
        case .any(let parts): parts.contains { $0.mayBeTrue(of: bits, unknown: unknown) }
        case .not(let part): !part.mustBeTrue(of: bits, unknown: unknown)
        }
    }

    /// Whether it is true whatever they are.
    private func mustBeTrue(of bits: FilterProgram.Bits, unknown: FilterProgram.Bits) -> Bool {
        switch self {
        case .bit(let bit): bits & ~unknown & bit != 0
        case .all(let parts): parts.allSatisfy { $0.mustBeTrue(of: bits, unknown: unknown) }
        case .any(let parts): parts.contains { $0.mustBeTrue(of: bits, unknown: unknown) }
        case .not(let part): !part.mayBeTrue(of: bits, unknown: unknown)
        }
    }
}
