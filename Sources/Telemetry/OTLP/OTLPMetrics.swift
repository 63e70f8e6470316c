/// Metrics as OpenTelemetry's JSON has them (opentelemetry.io/docs/specs/otlp, and its metrics.proto), counted from the process's begin:
/// whoever misses one of them has what it counted with the next.
struct OTLPMetrics {
    /// When counting began, and now, in nanoseconds since 1970.
    let start: UInt64
    let now: UInt64

    /// One JSON object for each name.
    func json(_ samples: [MetricSample]) -> [[UInt8]] {
        var metrics: [[UInt8]] = []
        var family: [MetricSample] = []
        for sample in samples {
            if let name = family.first?.key.name, name != sample.key.name {
                metrics.append(metric(family))
                family = []
            }
            family.append(sample)
        }
        return family.isEmpty ? metrics : metrics + [metric(family)]
    }

    /// The samples of one name.
    private func metric(_ samples: [MetricSample]) -> [UInt8] {
        let first = samples[0]
        var fields = JSONFields()
        fields.add("name", "audit_query.\(MetricFamily.snakeCase(first.key.name))")
        fields.add("description", first.description.help, limit: OTLPAttribute.maximumByteCount)
        fields.add("unit", first.description.unit.ucum)
        var data = JSONFields()
        data.add("dataPoints", samples.map(point))
        switch first.value {
        case .gauge: fields.add("gauge", data)
        case .count, .total:
            data.add("aggregationTemporality", Self.cumulative)
            data.add("isMonotonic", true)
            fields.add("sum", data)
        case .distribution:
            data.add("aggregationTemporality", Self.cumulative)
            fields.add("histogram", data)
        }
        return fields.closed
    }

    private static let cumulative: Int64 = 2

    private func point(_ sample: MetricSample) -> [UInt8] {
        var fields = JSONFields()
        fields.add(
            "attributes",
            sample.key.dimensions.map { OTLPAttribute.json(MetricFamily.snakeCase($0.name), text: $0.value) })
        fields.add("startTimeUnixNano", "\(start)")
        fields.add("timeUnixNano", "\(now)")
        let scale = sample.description.unit.scaleToBase
        switch sample.value {
        case .count(let count): fields.add("asInt", "\(count)")
        case .total(let number), .gauge(let number):
            // What is no number is left out: the point then has no value, which the protocol allows.
            if number.isFinite { fields.add("asDouble", number * scale) }
        case .distribution(let distribution): add(distribution, scale, to: &fields)
        }
        return fields.closed
    }

    private func add(_ distribution: Distribution, _ scale: Double, to fields: inout JSONFields) {
        let bounds = distribution.layout.expositionBounds.filter(\.isFinite)
        var (counts, passed): ([Int], Int) = ([], 0)
        for bound in bounds {
            let count = distribution.count(upTo: bound)
            counts.append(count - passed)
            passed = count
        }
        let all = distribution.count
        counts.append(all - passed)
        fields.add("count", "\(all)")
        fields.add("sum", distribution.sum * scale)
        fields.add("bucketCounts", counts.map { Array("\"\($0)\"".utf8) })
        fields.add("explicitBounds", bounds.map { Array("\($0 * scale)".utf8) })
    }
}

extension MetricUnit {
    /// As the Unified Code for Units of Measure has it.
    fileprivate var ucum: String {
        switch self {
        case .count: "1"
        case .milliseconds: "s"
        case .bytes: "By"
        }
    }
}
