/// One metric in one interval, as PutMetricData takes it
/// (docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html).
public struct MetricDatum: Sendable, Equatable {
    /// The most different values in one datum.
    public static let maximumValueCount = 150

    /// CloudWatch's names of units.
    public enum Unit: String, Sendable, Encodable {
        /// Things.
        case count = "Count"
        /// Milliseconds.
        case milliseconds = "Milliseconds"
        /// Bytes.
        case bytes = "Bytes"
    }

    /// A name and a value that a metric is told apart by.
    public struct Dimension: Sendable, Equatable, Encodable {
        let Name: String
        let Value: String

        /// A dimension of its parts. CloudWatch refuses empty ones.
        public init(name: String, value: String) {
            Name = name
            Value = value
        }
    }

    /// What was measured. CloudWatch refuses what is not finite.
    public enum Value: Sendable, Equatable {
        /// One number.
        case single(Double)
        /// Numbers, and how often each came: CloudWatch makes percentiles of them.
        case distribution(values: [Double], counts: [Double])
    }

    /// The metric's name.
    public let name: String
    /// At most 30.
    public let dimensions: [Dimension]
    /// Seconds since 1970, at most two weeks ago and two hours ahead.
    public let timestamp: Int64
    /// The unit.
    public let unit: Unit
    /// What was measured.
    public let value: Value

    /// A datum of its parts.
    public init(name: String, dimensions: [Dimension], timestamp: Int64, unit: Unit, value: Value) {
        self.name = name
        self.dimensions = dimensions
        self.timestamp = timestamp
        self.unit = unit
        self.value = value
    }
}
