internal import Tracing

/// Attributes as OpenTelemetry's JSON has them (opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): integers of 64 bits are
/// strings.
enum OTLPAttribute {
    /// The most bytes of a text.
    static let maximumByteCount = 1000

    /// A name and its value; nil of a kind that no span here has.
    static func json(_ name: String, _ value: SpanAttribute) -> [UInt8]? {
        var fields = JSONFields()
        switch value {
        case .string(let text): fields.add("stringValue", text, limit: maximumByteCount)
        case .int32(let number): fields.add("intValue", "\(number)")
        case .int64(let number): fields.add("intValue", "\(number)")
        case .double(let number) where number.isFinite: fields.add("doubleValue", number)
        case .bool(let flag): fields.add("boolValue", flag)
        case .stringConvertible(let value):
            fields.add("stringValue", "\(value)", limit: maximumByteCount)
        default: return nil
        }
        return json(name, fields)
    }

    /// A name and a text.
    static func json(_ name: String, text: String) -> [UInt8] {
        var fields = JSONFields()
        fields.add("stringValue", text, limit: maximumByteCount)
        return json(name, fields)
    }

    private static func json(_ name: String, _ value: JSONFields) -> [UInt8] {
        var fields = JSONFields()
        fields.add("key", name)
        fields.add("value", value)
        return fields.closed
    }
}
