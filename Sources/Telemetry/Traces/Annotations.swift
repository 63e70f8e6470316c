internal import Tracing

/// The attributes of a span that X-Ray has no field for, as its annotations, which can be searched by.
struct Annotations {
    private(set) var fields = JSONFields()
    /// How many were left out, there being too many or none that X-Ray takes.
    private(set) var droppedCount = 0
    private var names: Set<String> = []

    /// X-Ray indexes 50 of a trace.
    private static let maximumCount = 32
    private static let maximumNameByteCount = 100

    /// Adds one. Names are of letters, digits and `_` in X-Ray: other characters become `_`, and the first of two
    /// that are then equal is kept.
    mutating func add(_ name: String, _ value: SpanAttribute) {
        let name = Self.name(name)
        guard names.count < Self.maximumCount, !names.contains(name), write(name, value) else {
            droppedCount += 1
            return
        }
        names.insert(name)
    }

    private mutating func write(_ name: String, _ value: SpanAttribute) -> Bool {
        switch value {
        case .string(let text): fields.add(name, text)
        case .int32(let number): fields.add(name, Int64(number))
        case .int64(let number): fields.add(name, number)
        case .double(let number) where number.isFinite: fields.add(name, number)
        case .bool(let flag): fields.add(name, flag)
        case .stringConvertible(let value): fields.add(name, "\(value)")
        default: return false
        }
        return true
    }

    private static func name(_ text: String) -> String {
        let bytes = text.utf8.prefix(maximumNameByteCount).map { $0.isLetterOrDigit ? $0 : UInt8(ascii: "_") }
        return bytes.isEmpty ? "_" : String(decoding: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    /// Whether it is a letter or a digit of ASCII.
    var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        default: (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
        }
    }
}
