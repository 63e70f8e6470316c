@testable import Telemetry

extension Distribution {
    /// All that both hold, which must be of one layout.
    func adding(_ other: Distribution) -> Distribution {
        Distribution(layout: layout, counts: zip(counts, other.counts).map { $0 + $1 }, sum: sum + other.sum)
    }
}
