/// Metrics as OpenMetrics text, which Prometheus scrapes
/// (github.com/prometheus/OpenMetrics, specification 1.0; type `application/openmetrics-text; version=1.0.0`).
public enum OpenMetrics {
    /// One process's metrics, and the labels that tell them from another's, such as `worker`.
    public struct Source: Sendable {
        let labels: [(name: String, value: String)]
        let samples: [MetricSample]

        /// A source of its parts. A metric's own dimensions come after these labels.
        public init(labels: [(name: String, value: String)], samples: [MetricSample]) {
            self.labels = labels
            self.samples = samples
        }
    }

    /// The metrics of all sources, each family once. Names have the prefix `audit_query_`.
    public static func text(of sources: [Source]) -> String {
        var families: [String: OpenMetricsFamily] = [:]
        for source in sources {
            for sample in source.samples {
                let family = OpenMetricsFamily(sample)
                families[family.name, default: family].add(sample, labels: source.labels)
            }
        }
        return families.sorted { $0.key < $1.key }.map(\.value.text).joined() + "# EOF\n"
    }
}
