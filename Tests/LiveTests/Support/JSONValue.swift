import Foundation
import TestSupport

/// Any JSON, read by Foundation, for tests to look into.
enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(_ data: Data) throws {
        do {
            self.init(try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed))
        } catch {
            throw Failure("no JSON: \(String(decoding: data.prefix(300), as: UTF8.self))")
        }
    }

    private init(_ value: Any) {
        switch value {
        case let text as String: self = .string(text)
        case let elements as [Any]: self = .array(elements.map { JSONValue($0) })
        case let members as [String: Any]: self = .object(members.mapValues { JSONValue($0) })
        case let number as NSNumber:
            self =
                String(cString: number.objCType) == "c"
                ? .bool(number.boolValue) : .number(number.stringValue)
        default: self = .null
        }
    }

    /// A member; null when there is none.
    subscript(name: String) -> JSONValue {
        guard case .object(let members) = self else { return .null }
        return members[name] ?? .null
    }

    subscript(index: Int) -> JSONValue { elements.indices.contains(index) ? elements[index] : .null }

    var string: String? { if case .string(let text) = self { text } else { nil } }
    var int: Int? { if case .number(let text) = self { Int(text) } else { nil } }
    var double: Double? { if case .number(let text) = self { Double(text) } else { nil } }
    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
    var members: [String: JSONValue] { if case .object(let members) = self { members } else { [:] } }
}
