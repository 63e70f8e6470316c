internal import JSONBytes

/// The normal form: one space around operators and between words, small letters, parentheses only where they change something,
/// strings and numbers in one spelling each. What stands in which order stays as it is.
extension FilterCondition {
    /// The normal form. It reads as the same condition.
    var text: [UInt8] {
        var text: [UInt8] = []
        append(to: &text)
        return text
    }

    private func append(to text: inout [UInt8]) {
        switch self {
        case .all(let conditions):
            for (index, condition) in conditions.enumerated() {
                if index > 0 { text.append(ascii: " and ") }
                if case .any = condition {
                    condition.append(inParenthesesTo: &text)
                } else {
                    condition.append(to: &text)
                }
            }
        case .any(let conditions):
            for (index, condition) in conditions.enumerated() {
                if index > 0 { text.append(ascii: " or ") }
                condition.append(to: &text)
            }
        case .not(.value(let path, .equal(let operand))):
            text.append(path)
            text.append(ascii: " ne ")
            text.append(operand)
        case .not(let condition):
            text.append(ascii: "not ")
            condition.append(inParenthesesTo: &text)
        case .value(let path, let test):
            text.append(path)
            text.append(UInt8(ascii: " "))
            text.append(test)
        case .element(let path, let condition):
            text.append(path)
            text.append(UInt8(ascii: "["))
            condition.append(to: &text)
            text.append(UInt8(ascii: "]"))
        }
    }

    private func append(inParenthesesTo text: inout [UInt8]) {
        text.append(UInt8(ascii: "("))
        append(to: &text)
        text.append(UInt8(ascii: ")"))
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ path: AttributePath) {
        for (index, name) in path.names.enumerated() {
            if index > 0 { append(UInt8(ascii: ".")) }
            if AttributePath(name: name).isPlainName {
                append(contentsOf: name.bytes)
            } else {
                append(quoted: name.bytes)
            }
        }
    }

    fileprivate mutating func append(_ test: FilterTest) {
        switch test {
        case .present: append(ascii: "pr")
        case .equal(let operand):
            append(ascii: "eq ")
            append(operand)
        case .order(let order, let operand):
            append(contentsOf: "\(order.rawValue) ".utf8)
            append(operand)
        case .text(let kind, let text):
            append(contentsOf: "\(kind.rawValue) ".utf8)
            append(quoted: text)
        case .inside(let block): append(contentsOf: "cidr \"\(block.text)\"".utf8)
        }
    }

    fileprivate mutating func append(_ operand: FilterOperand) {
        switch operand {
        case .string(let text): append(quoted: text)
        case .number(let number): append(contentsOf: number.text)
        case .instant(let instant): append(jsonString: instant.text)
        case .boolean(let value): append(contentsOf: "\(value)".utf8)
        case .null: append(ascii: "null")
        }
    }

    /// A string with the shortest escapes that JSON has, so that it is never longer than it came.
    private mutating func append(quoted text: [UInt8]) {
        append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case 0x08: append(ascii: "\\b")
            case 0x0C: append(ascii: "\\f")
            default: append(jsonEscaped: byte)
            }
        }
        append(UInt8(ascii: "\""))
    }
}
