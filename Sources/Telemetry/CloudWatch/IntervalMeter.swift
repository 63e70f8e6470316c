/// Turns snapshots, which count from the process's begin, into what each interval had.
struct IntervalMeter {
    private var last: [MetricKey: MetricSample.Value] = [:]

    /// What was recorded since the last call; gauges as they stand. A counter that was reset has what it shows.
    mutating func advance(to samples: [MetricSample]) -> [MetricSample] {
        samples.map { sample in
            let earlier = last.updateValue(sample.value, forKey: sample.key)
            return MetricSample(
                key: sample.key, description: sample.description, value: sample.value.since(earlier))
        }
    }
}

extension MetricSample.Value {
    fileprivate func since(_ earlier: MetricSample.Value?) -> MetricSample.Value {
        switch (self, earlier) {
        case (.count(let now), .count(let before)?): .count(now >= before ? now - before : now)
        case (.total(let now), .total(let before)?): .total(now >= before ? now - before : now)
        case (.distribution(let now), .distribution(let before)?): .distribution(now.since(before))
        default: self
        }
    }
}
