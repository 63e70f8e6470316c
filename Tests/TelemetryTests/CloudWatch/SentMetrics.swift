/// A PutMetricData request as CloudWatch reads it.
struct SentMetrics: Decodable, Sendable {
    struct Datum: Decodable, Sendable {
        struct Dimension: Decodable, Sendable {
            let Name, Value: String
        }

        let MetricName: String
        let Dimensions: [Dimension]
        let Timestamp: Int64
        let Unit: String
        let Value: Double?
        let Values, Counts: [Double]?

        /// Each value and how often it came.
        var weighted: [(value: Double, count: Double)] {
            if let Value { return [(Value, 1)] }
            return Array(zip(Values ?? [], Counts ?? []).map { ($0, $1) })
        }

        var sum: Double { weighted.reduce(0) { $0 + $1.value * $1.count } }
    }

    let Namespace: String
    let MetricData: [Datum]
}

extension [SentMetrics] {
    /// All data of a metric.
    func data(_ name: String) -> [SentMetrics.Datum] {
        flatMap(\.MetricData).filter { $0.MetricName == name }
    }

    /// The sum of a metric.
    func sum(_ name: String) -> Double { data(name).reduce(0) { $0 + $1.sum } }
}
