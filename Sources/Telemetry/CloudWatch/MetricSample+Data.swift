internal import AWS

extension MetricSample {
    /// The greatest number that CloudWatch takes.
    private static let greatest = Double(sign: .plus, exponent: 360, significand: 1)

    /// An interval's sample as data of CloudWatch: a count of zero too, so that alarms on rates have data, but
    /// nothing of a distribution without numbers. What CloudWatch would refuse is left out, as it would take all
    /// the rest with it.
    func data(at timestamp: Int64, dimensions shared: [MetricKey.Dimension]) -> [MetricDatum] {
        let dimensions = (shared + key.dimensions).filter { !$0.name.isEmpty && !$0.value.isEmpty }.map {
            MetricDatum.Dimension(name: $0.name, value: $0.value)
        }
        return values.map { value in
            MetricDatum(
                name: key.name, dimensions: dimensions, timestamp: timestamp,
                unit: description.unit.cloudWatch, value: value)
        }
    }

    private var values: [MetricDatum.Value] {
        switch value {
        case .count(let count): return [.single(Double(count))]
        case .total(let number), .gauge(let number):
            return abs(number) <= Self.greatest ? [.single(number)] : []
        case .distribution(let distribution):
            let all = distribution.values
            return stride(from: 0, to: all.count, by: MetricDatum.maximumValueCount).map { start in
                let part = all[start..<min(start + MetricDatum.maximumValueCount, all.count)]
                return .distribution(values: part.map(\.value), counts: part.map { Double($0.count) })
            }
        }
    }
}

extension MetricUnit {
    fileprivate var cloudWatch: MetricDatum.Unit {
        switch self {
        case .count: .count
        case .milliseconds: .milliseconds
        case .bytes: .bytes
        }
    }
}
