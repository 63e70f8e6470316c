/// A metric as it stands at one moment.
package struct MetricSample: Sendable, Equatable {
    /// What was recorded since the process began.
    package enum Value: Sendable, Equatable {
        /// A counter's count.
        case count(Int64)
        /// A floating-point counter's sum.
        case total(Double)
        /// What a gauge shows now.
        case gauge(Double)
        /// The distribution of what a timer or recorder was given. A timer's is in milliseconds.
        case distribution(Distribution)
    }

    /// Its name and dimensions.
    package let key: MetricKey
    /// Unit and help.
    package let description: MetricDescription
    /// Its value.
    package let value: Value

    /// A gauge that no registry keeps.
    package static func gauge(_ name: String, help: String, value: Double) -> MetricSample {
        MetricSample(
            key: MetricKey(name, []), description: MetricDescription(name: name, help: help),
            value: .gauge(value))
    }
}
