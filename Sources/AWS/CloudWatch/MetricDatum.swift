/// One metric in one interval, as PutMetricData takes it
/// (docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html).
package struct MetricDatum: Sendable, Equatable {
    /// The most different values in one datum.
    package static let maximumValueCount = 150

    /// CloudWatch's names of units.
    package enum Unit: String, Sendable, Encodable {
        /// Things.
        case count = "Count"
        /// Milliseconds.
        case milliseconds = "Milliseconds"
        /// Bytes.
        case bytes = "Bytes"
    }

    /// A name and a value that a metric is told apart by.
    package struct Dimension: Sendable, Equatable, Encodable {
        let Name: String
        let Value: String

        /// A dimension of its parts. CloudWatch refuses empty ones.
        package init(name: String, value: String) {
            Name = name
            Value = value
        }
    }

    /// What was measured. CloudWatch refuses what is not finite.
    package enum Value: Sendable, Equatable {
        /// One number.
        case single(Double)
        /// Numbers, and how often each came: CloudWatch makes percentiles of them.
        case distribution(values: [Double], counts: [Double])
    }

    /// The metric's name.
    package let name: String
    /// At most 30.
    package let dimensions: [Dimension]
    /// Seconds since 1970, at most two weeks ago and two hours ahead.
    package let timestamp: Int64
    /// The unit.
    package let unit: Unit
    /// What was measured.
    package let value: Value

    /// A datum of its parts.
    package init(name: String, dimensions: [Dimension], timestamp: Int64, unit: Unit, value: Value) {
        self.name = name
        self.dimensions = dimensions
        self.timestamp = timestamp
        self.unit = unit
        self.value = value
    }
}
