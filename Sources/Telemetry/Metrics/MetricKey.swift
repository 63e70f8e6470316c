/// What tells one metric from another: its name and its dimensions in any order.
package struct MetricKey: Sendable, Hashable, Comparable {
    /// A name and a value that a metric is told apart by.
    package struct Dimension: Sendable, Hashable {
        /// Such as `StoreRegion`.
        package let name: String
        /// Such as `eu-west-1`. Few different ones: each makes a metric of its own, which costs.
        package let value: String

        /// A dimension of its parts.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The label that the metric is made with.
    package let name: String
    /// Ordered by name.
    package let dimensions: [Dimension]

    init(_ name: String, _ dimensions: [(String, String)]) {
        self.name = name
        self.dimensions = dimensions.map { Dimension(name: $0.0, value: $0.1) }
            .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
    }

    /// By name, then by dimensions.
    package static func < (left: MetricKey, right: MetricKey) -> Bool {
        guard left.name == right.name else { return left.name < right.name }
        return left.dimensions.lexicographicallyPrecedes(right.dimensions) {
            ($0.name, $0.value) < ($1.name, $1.value)
        }
    }
}

/// What a metric's numbers count.
package enum MetricUnit: String, Sendable, Codable {
    /// Things, without a unit.
    case count
    /// What timers measure. OpenMetrics shows it in seconds.
    case milliseconds
    /// Bytes.
    case bytes
}

/// What people are told of a metric beside its numbers.
package struct MetricDescription: Sendable, Equatable {
    /// The label that the metric is made with, in PascalCase.
    package let name: String
    /// What its numbers count.
    package let unit: MetricUnit
    /// One line for whoever reads the number.
    package let help: String

    /// A description of its parts.
    package init(name: String, unit: MetricUnit = .count, help: String) {
        self.name = name
        self.unit = unit
        self.help = help
    }
}
