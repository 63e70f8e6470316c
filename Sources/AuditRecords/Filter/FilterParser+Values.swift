internal import JSONBytes

/// What comparisons are made of: paths, operators and operands.
extension FilterParser {
    /// Passes the names of a path, between which dots stand and nothing else.
    mutating func path() throws(FilterError) -> AttributePath {
        _ = cursor.peek()
        var names = [try name(or: "a condition: the name of an attribute, 'not (' or '('")]
        while cursor.bytes[cursor.position] == UInt8(ascii: ".") {
            cursor.position += 1
            names.append(try name(or: "a name, which begins with a letter or _ or stands in double quotes,"))
        }
        return AttributePath(names: names)
    }

    private mutating func name(or expected: String) throws(FilterError) -> Identifier {
        if cursor.bytes[cursor.position] == UInt8(ascii: "\"") { return Identifier(try string()) }
        let start = cursor.position
        guard AttributePath.isFirst(cursor.bytes[start]) else { throw fault("\(expected) was expected") }
        while AttributePath.isPlain(cursor.bytes[cursor.position]) { cursor.position += 1 }
        return Identifier(cursor.bytes[start..<cursor.position])
    }

    /// The condition on any value but the record's own timestamp.
    mutating func condition(
        _ path: AttributePath, _ comparison: FilterOperator
    ) throws(FilterError) -> FilterCondition {
        switch comparison {
        case .present: return .value(path, .present)
        case .equal: return .value(path, .equal(try operand()))
        case .notEqual: return .not(.value(path, .equal(try operand())))
        case .order(let order):
            let operand = try operand(of: "\(order.rawValue) takes a string in double quotes or a number") {
                if case .string = $0 { true } else if case .number = $0 { true } else { false }
            }
            return .value(path, .order(order, operand))
        case .text(let text): return .value(path, .text(text, try string(of: text.rawValue)))
        case .inside:
            let place = place
            guard let block = AddressBlock(try string(of: "cidr")) else {
                throw fault("no address or network of IPv4 or IPv6, such as \"10.0.0.0/8\"", at: place)
            }
            return .value(path, .inside(block))
        }
    }

    /// The condition on the record's own timestamp, which is an instant.
    mutating func condition(
        timestamp path: AttributePath, _ comparison: FilterOperator, at place: Int
    ) throws(FilterError) -> FilterCondition {
        switch comparison {
        case .present: return .value(path, .present)
        case .equal: return .value(path, .equal(try instant()))
        case .notEqual: return .not(.value(path, .equal(try instant())))
        case .order(let order): return .value(path, .order(order, try instant()))
        case .text, .inside:
            throw fault("timestamp is an instant: eq, ne, gt, ge, lt, le or pr was expected", at: place)
        }
    }

    private mutating func instant() throws(FilterError) -> FilterOperand {
        let place = place
        let text = try string(of: "timestamp")
        do throws(TimestampError) {
            return .instant(try Timestamp.parse(text).instant)
        } catch {
            throw fault("this \(error)", at: place)
        }
    }

    private mutating func operand(
        of rule: String, _ isAllowed: (FilterOperand) -> Bool
    ) throws(FilterError) -> FilterOperand {
        let place = place
        let operand = try operand()
        guard isAllowed(operand) else { throw fault(rule, at: place) }
        return operand
    }

    /// An operand that has to be a string.
    private mutating func string(of user: String) throws(FilterError) -> [UInt8] {
        guard cursor.peek() == UInt8(ascii: "\"") else {
            throw fault("\(user) takes a string in double quotes")
        }
        return try string()
    }

    private mutating func operand() throws(FilterError) -> FilterOperand {
        let start = place
        switch cursor.bytes[start] {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default: break
        }
        let word = letters()
        if !AttributePath.isPlain(cursor.bytes[cursor.position]) {
            if word.spells("true") { return .boolean(true) }
            if word.spells("false") { return .boolean(false) }
            if word.spells("null") { return .null }
        }
        throw fault(
            "a value was expected: a string in double quotes, a number, true, false or null", at: start)
    }

    private mutating func number() throws(FilterError) -> ExactNumber {
        let start = cursor.position
        let range: Range<Int>
        do throws(JSONFault) {
            range = try cursor.number()
        } catch {
            throw fault(error.detail, at: error.offset)
        }
        let next = cursor.bytes[cursor.position]
        guard !AttributePath.isPlain(next), next != UInt8(ascii: ".") else {
            throw fault("this is no part of a number")
        }
        guard let number = ExactNumber(cursor.bytes[range]) else {
            throw fault("an exponent of more than 12 digits is larger than any that is compared", at: start)
        }
        return number
    }

    private mutating func string() throws(FilterError) -> [UInt8] {
        do throws(JSONFault) {
            return try cursor.text(try cursor.string())
        } catch {
            throw fault(error.detail, at: error.offset)
        }
    }
}

/// An operator as it is written, in whatever case.
enum FilterOperator {
    case present, equal, notEqual, inside
    case order(FilterOrder)
    case text(FilterText)

    /// All of them, for a person to read.
    static let list = "eq, ne, co, sw, ew, gt, ge, lt, le, pr or cidr"

    /// The operator of a word in small letters.
    init?(_ word: String) {
        switch word {
        case "pr": self = .present
        case "eq": self = .equal
        case "ne": self = .notEqual
        case "cidr": self = .inside
        default:
            if let order = FilterOrder(rawValue: word) {
                self = .order(order)
            } else if let text = FilterText(rawValue: word) {
                self = .text(text)
            } else {
                return nil
            }
        }
    }

    /// Whether it may be part of one.
    static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
