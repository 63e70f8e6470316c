internal import JSONBytes

/// A condition made ready to be held against records: all its paths are one tree of names, so that a record is walked once,
/// however many comparisons there are.
///
/// Each comparison and each pair of brackets has a bit, which is set where a value is met that passes. The condition is a
/// function of these bits. Those of what stands in brackets are cleared at the beginning of each object that the brackets
/// look at, and at its end decide about the bit of the brackets.
struct FilterProgram: Sendable {
    /// A bit for each of 64 comparisons, and of as many brackets, each of which has a comparison.
    typealias Bits = UInt128

    /// The places that are looked at.
    let root: FilterNode
    private let fields: [(field: RecordField, checks: FilterChecks)]
    private let holds: FilterLogic
    /// The bits of all comparisons and brackets.
    let all: Bits

    init(_ condition: FilterCondition) {
        var compiler = Compiler()
        holds = compiler.logic(of: condition, at: compiler.root, inBrackets: false)
        root = compiler.root.node
        fields = compiler.fields.map { ($0.key, $0.value.checks) }
        all = compiler.next &- 1
    }

    /// Whether a record fulfils the condition, of whose attributes these are to be seen.
    ///
    /// - Throws: where they are no JSON object.
    func matches(_ record: AuditRecord, attributes: [UInt8]) throws(JSONFault) -> Bool {
        var walk = FilterWalk()
        for (field, checks) in fields {
            switch field {
            case .auditId: walk.take(string: record.key.auditId.bytes.span, checks)
            case .systemId: walk.take(string: record.key.systemId.bytes.span, checks)
            case .userId: walk.take(string: record.userId.bytes.span, checks)
            case .resourceId: walk.take(string: record.resourceId.bytes.span, checks)
            case .timestamp: walk.take(record.key.instant, checks)
            }
        }
        if !root.children.isEmpty { try walk.pass(attributes, root) }
        return holds.isTrue(of: walk.bits)
    }

    /// Whether a record may fulfil the condition that has these bits, and perhaps some that are unknown.
    func mayHold(_ bits: Bits, unknown: Bits) -> Bool {
        unknown == 0 ? holds.isTrue(of: bits) : holds.mayBeTrue(of: bits, unknown: unknown)
    }

    /// What is asked of a field; nil where nothing is.
    func checks(of field: RecordField) -> FilterChecks? {
        fields.first { $0.field == field }?.checks
    }

    /// A place in records that is being put together.
    private final class Place {
        private let depth: Int
        private var children: [(name: [UInt8], place: Place)] = []
        var checks = FilterChecks()
        var brackets: [FilterNode.Brackets] = []

        init(depth: Int = 0) {
            self.depth = depth
        }

        /// The place at a path from here on; nil where it is deeper than any that is read.
        func place(at path: AttributePath) -> Place? {
            guard depth + path.names.count <= JSONCursor.maximumSkippedDepth + 1 else { return nil }
            return path.names.reduce(self) { $0.child($1.bytes) }
        }

        private func child(_ name: [UInt8]) -> Place {
            if let known = children.first(where: { $0.name == name }) { return known.place }
            let new = Place(depth: depth + 1)
            children.append((name, new))
            return new
        }

        var node: FilterNode {
            FilterNode(
                children: children.map { FilterNode.Child(name: $0.name, node: $0.place.node) },
                checks: checks, brackets: brackets)
        }
    }

    private struct Compiler {
        let root = Place()
        var fields: [RecordField: Place] = [:]
        private(set) var next: Bits = 1

        mutating func logic(
            of condition: FilterCondition, at place: Place, inBrackets: Bool
        ) -> FilterLogic {
            switch condition {
            case .all(let conditions):
                return .all(conditions.map { logic(of: $0, at: place, inBrackets: inBrackets) })
            case .any(let conditions):
                return .any(conditions.map { logic(of: $0, at: place, inBrackets: inBrackets) })
            case .not(let condition): return .not(logic(of: condition, at: place, inBrackets: inBrackets))
            case .value(let path, let test):
                let bit = takeBit()
                self.place(of: path, below: place, inBrackets)?.checks.add(test, bit)
                return .bit(bit)
            case .element(let path, let condition):
                // A field has no members, and nothing else is there.
                let found = self.place(of: path, below: place, inBrackets) ?? Place()
                let first = next
                let inner = logic(of: condition, at: found, inBrackets: true)
                let bits = next &- first
                let bit = takeBit()
                found.brackets.append(FilterNode.Brackets(inner: bits, condition: inner, bit: bit))
                return .bit(bit)
            }
        }

        private mutating func takeBit() -> Bits {
            defer { next &<<= 1 }
            return next
        }

        /// Nil where no record has anything.
        private mutating func place(
            of path: AttributePath, below place: Place, _ inBrackets: Bool
        ) -> Place? {
            guard !inBrackets, let field = RecordField(path) else { return place.place(at: path) }
            guard path.names.count == 1 else { return nil }
            if let known = fields[field] { return known }
            let new = Place()
            fields[field] = new
            return new
        }
    }
}
