/// A PutMetricData request as CloudWatch reads it.
package struct SentMetrics: Decodable, Sendable {
    package struct Datum: Decodable, Sendable {
        package struct Dimension: Decodable, Sendable {
            package let Name, Value: String
        }

        package let MetricName: String
        package let Dimensions: [Dimension]
        package let Timestamp: Int64
        package let Unit: String
        package let Value: Double?
        package let Values, Counts: [Double]?

        /// Each value and how often it came.
        package var weighted: [(value: Double, count: Double)] {
            if let Value { return [(Value, 1)] }
            return Array(zip(Values ?? [], Counts ?? []).map { ($0, $1) })
        }

        package var sum: Double { weighted.reduce(0) { $0 + $1.value * $1.count } }
    }

    package let Namespace: String
    package let MetricData: [Datum]
}

extension [SentMetrics] {
    /// All data of a metric.
    package func data(_ name: String) -> [SentMetrics.Datum] {
        flatMap(\.MetricData).filter { $0.MetricName == name }
    }

    /// The sum of a metric.
    package func sum(_ name: String) -> Double { data(name).reduce(0) { $0 + $1.sum } }
}
