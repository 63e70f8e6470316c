/// What people are told of a metric beside its numbers.
public struct MetricDescription: Sendable, Equatable {
    /// The label that the metric is made with, in PascalCase.
    public let name: String
    /// What its numbers count.
    public let unit: MetricUnit
    /// One line for whoever reads the number.
    public let help: String

    /// A description of its parts.
    public init(name: String, unit: MetricUnit = .count, help: String) {
        self.name = name
        self.unit = unit
        self.help = help
    }
}
