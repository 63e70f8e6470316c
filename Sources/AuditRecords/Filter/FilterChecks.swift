/// What is asked of the values at one place, by the type that a value must have, each with its bit.
struct FilterChecks: Sendable {
    private(set) var strings: [(test: StringTest, bit: FilterProgram.Bits)] = []
    /// Equal where there is no order.
    private(set) var numbers: [(order: FilterOrder?, operand: ExactNumber, bit: FilterProgram.Bits)] = []
    private(set) var instants: [(order: FilterOrder?, operand: Timestamp, bit: FilterProgram.Bits)] = []
    /// The bits that whatever is there and not empty sets, and those of the words.
    private(set) var present: FilterProgram.Bits = 0
    private(set) var isTrue: FilterProgram.Bits = 0
    private(set) var isFalse: FilterProgram.Bits = 0
    private(set) var isNull: FilterProgram.Bits = 0
    /// The bits of all that is asked.
    private(set) var bits: FilterProgram.Bits = 0

    /// Asks one thing more.
    mutating func add(_ test: FilterTest, _ bit: FilterProgram.Bits) {
        bits |= bit
        switch test {
        case .present: present |= bit
        case .equal(let operand): add(nil, operand, bit)
        case .order(let order, let operand): add(order, operand, bit)
        case .text(.contains, let text): strings.append((.contains(ByteSequenceSearch(text)), bit))
        case .text(.startsWith, let text): strings.append((.startsWith(text), bit))
        case .text(.endsWith, let text): strings.append((.endsWith(text), bit))
        case .inside(let block): strings.append((.inside(block), bit))
        }
    }

    private mutating func add(_ order: FilterOrder?, _ operand: FilterOperand, _ bit: FilterProgram.Bits) {
        switch operand {
        case .string(let text): strings.append((order.map { .order($0, text) } ?? .equal(text), bit))
        case .number(let number): numbers.append((order, number, bit))
        case .instant(let instant): instants.append((order, instant, bit))
        case .boolean(true): isTrue |= bit
        case .boolean(false): isFalse |= bit
        case .null: isNull |= bit
        }
    }
}

/// What a string must be.
enum StringTest: Sendable {
    case equal([UInt8])
    case order(FilterOrder, [UInt8])
    case contains(ByteSequenceSearch)
    case startsWith([UInt8])
    case endsWith([UInt8])
    case inside(AddressBlock)

    /// Whether a string is so.
    func passes(_ text: Span<UInt8>) -> Bool {
        switch self {
        case .equal(let operand):
            return text.count == operand.count && Self.agreement(text, operand.span) == text.count
        case .order(let order, let operand):
            let common = Self.agreement(text, operand.span)
            let isAtEnd = common == min(text.count, operand.count)
            let isLess = isAtEnd ? text.count < operand.count : text[common] < operand[common]
            return order.holds(isLess: isLess, isEqual: isAtEnd && text.count == operand.count)
        case .contains(let search): return search.isFound(in: text)
        case .startsWith(let operand): return Self.agreement(text, operand.span) == operand.count
        case .endsWith(let operand):
            guard operand.count <= text.count else { return false }
            return Self.agreement(text.extracting(last: operand.count), operand.span) == operand.count
        case .inside(let block): return block.contains(text)
        }
    }

    /// How many bytes two texts begin with in common.
    private static func agreement(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
        let count = min(left.count, right.count)
        var place = 0
        while place < count, left[place] == right[place] { place += 1 }
        return place
    }
}
