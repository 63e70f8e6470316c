/// A metric as the status shows it, which docs/operations.md describes and others read: its form is no image of the types here.
extension MetricSample: Codable {
    private enum Member: String, CodingKey {
        case name, dimensions, kind, unit, help, value, count, sum, p50, p90, p99, buckets
    }

    private enum Kind: String, Codable {
        /// A whole number that only grows, and one with fractions.
        case counter, sum
        case gauge
        /// How often numbers were recorded: durations, and others.
        case timer, recorder
    }

    private struct Bucket: Codable {
        /// Nil for the last one, which has no bound.
        let upTo: Double?
        let count: Int
    }

    /// Writes it as one object without nesting but for dimensions and buckets.
    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Member.self)
        try object.encode(key.name, forKey: .name)
        try object.encode(
            Dictionary(key.dimensions.map { ($0.name, $0.value) }) { $1 }, forKey: .dimensions)
        try object.encode(description.unit, forKey: .unit)
        try object.encode(description.help, forKey: .help)
        switch value {
        case .count(let count):
            try object.encode(Kind.counter, forKey: .kind)
            try object.encode(count, forKey: .value)
        case .total(let total):
            try object.encode(Kind.sum, forKey: .kind)
            try object.encode(total, forKey: .value)
        case .gauge(let value):
            try object.encode(Kind.gauge, forKey: .kind)
            try object.encode(value, forKey: .value)
        case .distribution(let distribution):
            try Self.encode(distribution, to: &object)
        }
    }

    private static func encode(
        _ distribution: Distribution, to object: inout KeyedEncodingContainer<Member>
    ) throws {
        let kind: Kind =
            switch distribution.layout {
            case .milliseconds: .timer
            case .amount: .recorder
            }
        try object.encode(kind, forKey: .kind)
        try object.encode(distribution.count, forKey: .count)
        try object.encode(distribution.sum, forKey: .sum)
        for (member, share) in [(Member.p50, 0.5), (.p90, 0.9), (.p99, 0.99)] {
            try object.encode(distribution.percentile(share), forKey: member)
        }
        let buckets = distribution.buckets.map {
            Bucket(upTo: $0.upTo.isFinite ? $0.upTo : nil, count: $0.count)
        }
        try object.encode(buckets, forKey: .buckets)
    }

    /// Reads what ``encode(to:)`` writes. The percentiles are for others: they follow from the buckets.
    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: Member.self)
        let name = try object.decode(String.self, forKey: .name)
        let dimensions = try object.decode([String: String].self, forKey: .dimensions)
        let description = MetricDescription(
            name: name, unit: try object.decode(MetricUnit.self, forKey: .unit),
            help: try object.decode(String.self, forKey: .help))
        let value: Value =
            switch try object.decode(Kind.self, forKey: .kind) {
            case .counter: .count(try object.decode(Int64.self, forKey: .value))
            case .sum: .total(try object.decode(Double.self, forKey: .value))
            case .gauge: .gauge(try object.decode(Double.self, forKey: .value))
            case .timer: .distribution(try Self.distribution(.milliseconds, object))
            case .recorder: .distribution(try Self.distribution(.amount, object))
            }
        self.init(key: MetricKey(name, dimensions.map { ($0, $1) }), description: description, value: value)
    }

    private static func distribution(
        _ layout: BucketLayout, _ object: KeyedDecodingContainer<Member>
    ) throws -> Distribution {
        let buckets = try object.decode([Bucket].self, forKey: .buckets)
        return Distribution(
            layout: layout, buckets: buckets.map { ($0.upTo ?? .infinity, $0.count) },
            sum: try object.decode(Double.self, forKey: .sum))
    }
}
