/// A condition of DynamoDB's expression language, read (DG, "Condition and filter expressions, operators, and functions").
indirect enum Condition {
    case and(Condition, Condition)
    case or(Condition, Condition)
    case not(Condition)
    case comparison(String, Operand, Operand)
    case between(Operand, Operand, Operand)
    case inList(Operand, [Operand])
    case function(String, [Operand])

    enum Operand {
        /// A document path: the names of its members, without what stands in brackets, and whether it is more than one name.
        case path([String], isNested: Bool)
        /// A placeholder, with its colon.
        case value(String)
        case size(String)

        var attribute: String? {
            switch self {
            case .path(let names, _): names[0]
            case .size(let name): name
            case .value: nil
            }
        }
    }

    /// The top-level attributes that it names.
    var attributes: Set<String> {
        switch self {
        case .and(let left, let right), .or(let left, let right): left.attributes.union(right.attributes)
        case .not(let inner): inner.attributes
        case .comparison(_, let left, let right): Set([left, right].compactMap(\.attribute))
        case .between(let value, let low, let high): Set([value, low, high].compactMap(\.attribute))
        case .inList(let value, let list): Set(([value] + list).compactMap(\.attribute))
        case .function(_, let operands): Set(operands.compactMap(\.attribute))
        }
    }
}

/// Reads one expression, and refuses what DynamoDB does.
struct ExpressionParser {
    private typealias Refusal = RequestRules.Refusal

    private let tokens: [String]
    private var position = 0
    private let names: [String: String]
    private let values: [String: Any]
    private(set) var usedNames: Set<String> = []
    private(set) var usedValues: Set<String> = []
    private var operators = 0

    init(_ text: String, names: [String: String], values: [String: Any]) throws {
        // DG, "Quotas", Expression parameters: "The maximum length of any expression string is 4 KB."
        guard text.utf8.count <= 4096 else {
            throw Refusal(
                "Expression size has exceeded the maximum allowed size; expression size: \(text.utf8.count)")
        }
        guard !text.isEmpty else { throw Refusal("The expression can not be empty;") }
        tokens = try Self.tokens(text)
        self.names = names
        self.values = values
    }

    /// All of it as a condition.
    mutating func condition() throws -> Condition {
        let condition = try disjunction()
        guard position == tokens.count else { throw syntax() }
        // AWS SDK Code Examples, "Count expression operators in DynamoDB": 300 operators and functions.
        guard operators <= 300 else {
            throw Refusal("The expression contains too many operators; operator count: \(operators)")
        }
        return condition
    }

    /// All of it as the paths of a projection.
    mutating func projection() throws -> [String] {
        var attributes = [try path().names[0]]
        while accept(",") { attributes.append(try path().names[0]) }
        guard position == tokens.count else { throw syntax() }
        return attributes
    }

    private mutating func disjunction() throws -> Condition {
        var left = try conjunction()
        while accept("OR") {
            operators += 1
            left = .or(left, try conjunction())
        }
        return left
    }

    private mutating func conjunction() throws -> Condition {
        var left = try negation()
        while accept("AND") {
            operators += 1
            left = .and(left, try negation())
        }
        return left
    }

    private mutating func negation() throws -> Condition {
        guard accept("NOT") else { return try primary() }
        operators += 1
        return .not(try primary())
    }

    private mutating func primary() throws -> Condition {
        if accept("(") {
            if next == "(", closing(of: position).map({ $0 + 1 == closing(of: position - 1) }) == true {
                throw Refusal("The expression has redundant parentheses;")
            }
            let inner = try disjunction()
            try expect(")")
            return inner
        }
        if let name = next, peek(1) == "(", name != "size" {
            position += 2
            operators += 1
            return try function(name)
        }
        let left = try operand()
        guard let word = next else { throw syntax() }
        position += 1
        operators += 1
        switch word.uppercased() {
        case "=", "<>", "<", "<=", ">", ">=": return .comparison(word, left, try operand())
        case "BETWEEN":
            let low = try operand()
            try expect("AND")
            let high = try operand()
            try checkBounds(low, high)
            return .between(left, low, high)
        case "IN":
            try expect("(")
            var list = [try operand()]
            while accept(",") { list.append(try operand()) }
            try expect(")")
            // DG, "Condition and filter expressions": "up to 100 values".
            guard list.count <= 100 else {
                throw Refusal("IN has \(list.count) operands; at most 100 are allowed")
            }
            return .inList(left, list)
        default: throw syntax()
        }
    }

    private static let operandCounts = [
        "attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2,
        "contains": 2,
    ]

    private mutating func function(_ name: String) throws -> Condition {
        guard let count = Self.operandCounts[name] else {
            throw Refusal("Invalid function name; function: \(name)")
        }
        var operands = [try operand()]
        while accept(",") { operands.append(try operand()) }
        try expect(")")
        guard operands.count == count else {
            throw Refusal(
                "Incorrect number of operands for operator or function; operator or function: \(name)")
        }
        if count == 1 || name == "attribute_type", case .value = operands[0] {
            throw Refusal("Operator or function requires a document path; operator or function: \(name)")
        }
        if name == "begins_with" {
            for operand in operands {
                guard let type = type(of: operand), !["S", "B"].contains(type) else { continue }
                throw Refusal(
                    "Incorrect operand type for operator or function; operator or function: \(name), operand type: "
                        + type)
            }
        }
        return .function(name, operands)
    }

    private mutating func operand() throws -> Condition.Operand {
        guard let token = next else { throw syntax() }
        if token.hasPrefix(":") {
            position += 1
            guard values[token] != nil else {
                throw Refusal(
                    "An expression attribute value used in expression is not defined; attribute value: \(token)"
                )
            }
            usedValues.insert(token)
            return .value(token)
        }
        guard token == "size", peek(1) == "(" else {
            let path = try path()
            return .path(path.names, isNested: path.isNested)
        }
        position += 2
        operators += 1
        let path = try path()
        try expect(")")
        return .size(path.names[0])
    }

    private mutating func path() throws -> (names: [String], isNested: Bool) {
        var names = [try pathElement()]
        var isNested = false
        while true {
            if accept(".") {
                names.append(try pathElement())
            } else if accept("[") {
                guard let index = next, Int(index) != nil else { throw syntax() }
                position += 1
                try expect("]")
            } else {
                return (names, isNested)
            }
            isNested = true
        }
    }

    private mutating func pathElement() throws -> String {
        guard let token = next else { throw syntax() }
        position += 1
        if token.hasPrefix("#") {
            guard let name = names[token] else {
                throw Refusal(
                    "An expression attribute name used in the document path is not defined; attribute name: \(token)"
                )
            }
            usedNames.insert(token)
            return name
        }
        guard token.first?.isLetter == true || token.hasPrefix("_") else { throw syntax() }
        // DG, "Reserved words in DynamoDB".
        guard !ReservedWords.all.contains(token.uppercased()) else {
            throw Refusal("Attribute name is a reserved keyword; reserved keyword: \(token)")
        }
        return token
    }

    /// The bounds of BETWEEN are of one type, and in order.
    private func checkBounds(_ low: Condition.Operand, _ high: Condition.Operand) throws {
        guard case .value(let low) = low, case .value(let high) = high,
            let low = values[low] as? [String: Any], let high = values[high] as? [String: Any]
        else { return }
        guard low.keys.first == high.keys.first else {
            throw Refusal("The BETWEEN operator requires same data type for lower and upper bounds")
        }
        guard let low = low["S"] as? String, let high = high["S"] as? String else { return }
        guard !high.utf8.lexicographicallyPrecedes(low.utf8) else {
            throw Refusal(
                "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound "
                    + "operand: \(low), upper bound operand: \(high)")
        }
    }

    private func type(of operand: Condition.Operand) -> String? {
        switch operand {
        case .value(let name): (values[name] as? [String: Any])?.keys.first
        case .size: "N"
        case .path: nil
        }
    }

    private var next: String? { peek(0) }

    private func peek(_ distance: Int) -> String? {
        position + distance < tokens.count ? tokens[position + distance] : nil
    }

    /// Where the bracket closes that opens at a place.
    private func closing(of place: Int) -> Int? {
        var depth = 0
        for index in place..<tokens.count {
            if tokens[index] == "(" { depth += 1 }
            if tokens[index] == ")" { depth -= 1 }
            if depth == 0 { return index }
        }
        return nil
    }

    private mutating func accept(_ token: String) -> Bool {
        guard next?.uppercased() == token else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ token: String) throws {
        guard accept(token) else { throw syntax() }
    }

    private func syntax() -> RequestRules.Refusal {
        RequestRules.Refusal(
            "Syntax error; token: \"\(next ?? "<EOF>")\", near: \"\(tokens.joined(separator: " "))\"")
    }

    /// By hand: a regular expression takes a thousand times as long where tests are not optimised.
    private static func tokens(_ text: String) throws -> [String] {
        var tokens: [String] = []
        let bytes = Array(text.utf8)
        var place = 0
        while place < bytes.count {
            let start = place
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): continue
            case UInt8(ascii: "<"), UInt8(ascii: ">"):
                let isPair =
                    place < bytes.count
                    && (bytes[place] == UInt8(ascii: "=")
                        || byte == UInt8(ascii: "<") && bytes[place] == UInt8(ascii: ">"))
                if isPair { place += 1 }
            case UInt8(ascii: "="), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","),
                UInt8(ascii: "."),
                UInt8(ascii: "["), UInt8(ascii: "]"):
                break
            case _ where byte.isPartOfName || byte == UInt8(ascii: "#") || byte == UInt8(ascii: ":"):
                while place < bytes.count, bytes[place].isPartOfName { place += 1 }
            default:
                throw Refusal("Syntax error; token: \"\(String(decoding: bytes[start...], as: UTF8.self))\"")
            }
            tokens.append(String(decoding: bytes[start..<place], as: UTF8.self))
        }
        return tokens
    }
}

extension UInt8 {
    /// Whether it may stand in a name or a placeholder.
    var isPartOfName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
