/// What a metric's numbers count.
package enum MetricUnit: String, Sendable, Codable {
    /// Things, without a unit.
    case count
    /// What timers measure. OpenMetrics shows it in seconds.
    case milliseconds
    /// Bytes.
    case bytes
}
