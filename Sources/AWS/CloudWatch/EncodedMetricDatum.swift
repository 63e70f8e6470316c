internal import FoundationEssentials

/// A datum as it is sent: its size is known, which requests are limited by.
package struct EncodedMetricDatum: Sendable, Equatable {
    let json: [UInt8]

    /// Bytes in a request.
    package var byteCount: Int { json.count }

    /// Encodes a datum; nil when a number in it is not finite.
    package init?(_ datum: MetricDatum) {
        guard let data = try? JSONEncoder().encode(Members(datum)) else { return nil }
        json = Array(data)
    }

    // Members are called as the service calls them.
    private struct Members: Encodable {
        let MetricName: String
        let Dimensions: [MetricDatum.Dimension]
        let Timestamp: Int64
        let Unit: MetricDatum.Unit
        var Value: Double?
        var Values: [Double]?
        var Counts: [Double]?

        init(_ datum: MetricDatum) {
            MetricName = datum.name
            Dimensions = datum.dimensions
            Timestamp = datum.timestamp
            Unit = datum.unit
            switch datum.value {
            case .single(let value): Value = value
            case .distribution(let values, let counts): (Values, Counts) = (values, counts)
            }
        }
    }
}
