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
