/// The text formats in which metrics are scraped. They differ in what a counter is called where its type stands, in what may
/// be escaped, and in that one has an end: no text is right in both.
package enum ExpositionFormat: Sendable {
    /// OpenMetrics 1.0 (github.com/prometheus/OpenMetrics): for whoever asks for it by its media type.
    case openMetrics
    /// Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats): for everybody else, the textfile
    /// collector of node_exporter among them. A counter's type stands under the whole name of its samples, or it has none.
    case prometheus

    /// One process's metrics, and the labels that tell them from another's, such as `worker`.
    package struct Source: Sendable {
        let labels: [(name: String, value: String)]
        let samples: [MetricSample]

        /// A source of its parts. A metric's own dimensions come after these labels.
        package init(labels: [(name: String, value: String)], samples: [MetricSample]) {
            self.labels = labels
            self.samples = samples
        }
    }

    /// The type of such a text, for HTTP.
    package var mediaType: String {
        switch self {
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        }
    }

    /// The metrics of all sources, each family once. Names have the prefix `audit_query_`.
    package func text(of sources: [Source]) -> String {
        var families: [String: MetricFamily] = [:]
        for source in sources {
            for sample in source.samples {
                let family = MetricFamily(sample, format: self)
                families[family.name, default: family].add(sample, labels: source.labels)
            }
        }
        let end = self == .openMetrics ? "# EOF\n" : ""
        return families.sorted { $0.key < $1.key }.map(\.value.text).joined() + end
    }
}
