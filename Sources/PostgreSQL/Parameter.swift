/// A value of a statement's `$1`, in the server's binary form. The statement says of which type it is: `$1::text`.
package struct Parameter: Sendable {
    /// Nil for NULL.
    let bytes: [UInt8]?

    private init(_ bytes: [UInt8]?) { self.bytes = bytes }

    /// NULL of any type.
    package static let null = Parameter(nil)

    /// A text, or json, by its UTF-8; no byte of it may be 0.
    package static func text(_ bytes: [UInt8]) -> Parameter { Parameter(bytes) }

    /// An int8, or a timestamptz: microseconds since ``Parameter/epoch``.
    package static func int8(_ value: Int64) -> Parameter { Parameter(bigEndian(value)) }

    /// An int2.
    package static func int2(_ value: Int16) -> Parameter { Parameter(bigEndian(value)) }

    /// The first instant of 2000 in UTC, in seconds since 1970: where the server counts timestamps from.
    package static let epoch: Int64 = 946_684_800

    /// A text[].
    package static func texts(_ values: [[UInt8]]) -> Parameter { array(of: 25, values) }

    /// A timestamptz[].
    package static func timestamps(_ values: [Int64]) -> Parameter { array(of: 1184, values.map(bigEndian)) }

    /// An int2[].
    package static func int2s(_ values: [Int16]) -> Parameter { array(of: 21, values.map(bigEndian)) }

    /// Dimensions, no null, the type, then the length and the bound of one dimension, then each value behind its length
    /// (array_recv of the server).
    private static func array(of type: Int32, _ values: [[UInt8]]) -> Parameter {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20 + values.reduce(0) { $0 + 4 + $1.count })
        bytes += bigEndian(Int32(values.isEmpty ? 0 : 1)) + bigEndian(Int32(0)) + bigEndian(type)
        if !values.isEmpty { bytes += bigEndian(Int32(values.count)) + bigEndian(Int32(1)) }
        for value in values {
            bytes += bigEndian(Int32(value.count))
            bytes += value
        }
        return Parameter(bytes)
    }
}

/// The bytes of a number, the highest first.
func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
}
