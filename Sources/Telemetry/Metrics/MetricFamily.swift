/// The lines of one metric family.
struct MetricFamily {
    let name: String
    private let format: ExpositionFormat
    private let kind: String
    private let unit: String
    private let help: String
    /// What a timer's milliseconds are multiplied by: Prometheus measures in seconds.
    private let scale: Double
    private var lines: [String] = []
    private static let counterSuffix = "_total"

    /// The family that a sample belongs to, without samples yet.
    init(_ sample: MetricSample, format: ExpositionFormat) {
        self.format = format
        kind =
            switch sample.value {
            case .count, .total: "counter"
            case .gauge: "gauge"
            case .distribution: "histogram"
            }
        scale = sample.description.unit.scaleToBase
        unit =
            switch sample.description.unit {
            case .count: ""
            case .milliseconds: "seconds"
            case .bytes: "bytes"
            }
        let name = "audit_query_\(Self.snakeCase(sample.key.name))"
        self.name = unit.isEmpty || name.hasSuffix("_\(unit)") ? name : "\(name)_\(unit)"
        help = sample.description.help
    }

    /// Metadata and samples.
    var text: String {
        let isPrometheus = format == .prometheus
        let name = isPrometheus && kind == "counter" ? "\(name)\(Self.counterSuffix)" : name
        let help = help.isEmpty ? "" : "# HELP \(name) \(Self.escaped(help, quotes: !isPrometheus))\n"
        let unit = unit.isEmpty || isPrometheus ? "" : "# UNIT \(name) \(unit)\n"
        return "# TYPE \(name) \(kind)\n\(unit)\(help)\(lines.joined())"
    }

    /// Adds a sample's lines.
    mutating func add(_ sample: MetricSample, labels: [(name: String, value: String)]) {
        let dimensions = sample.key.dimensions.map { (name: Self.snakeCase($0.name), value: $0.value) }
        let labels = (labels + dimensions).map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
        switch sample.value {
        case .count(let count): add(Self.counterSuffix, labels, "\(count)")
        case .total(let total): add(Self.counterSuffix, labels, "\(total * scale)")
        case .gauge(let value): add("", labels, "\(value * scale)")
        case .distribution(let distribution): add(distribution, labels)
        }
    }

    private mutating func add(_ distribution: Distribution, _ labels: [String]) {
        for bound in distribution.layout.expositionBounds {
            let count = distribution.count(upTo: bound)
            add("_bucket", labels + ["le=\"\(bound.isFinite ? "\(bound * scale)" : "+Inf")\""], "\(count)")
        }
        add("_count", labels, "\(distribution.count)")
        add("_sum", labels, "\(distribution.sum * scale)")
    }

    private mutating func add(_ suffix: String, _ labels: [String], _ value: String) {
        let braces = labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
        lines.append("\(name)\(suffix)\(braces) \(value)\n")
    }

    /// `store_duration` of `StoreDuration`; what may stand in no name is an underscore.
    static func snakeCase(_ name: String) -> String {
        var text = ""
        for character in name.unicodeScalars {
            let isUpper = ("A"..."Z").contains(character)
            if isUpper, let last = text.last, last != "_" { text += "_" }
            let isAllowed = isUpper || ("a"..."z").contains(character) || ("0"..."9").contains(character)
            text += isAllowed ? String(character).lowercased() : "_"
        }
        return text
    }

    /// Quotes are escaped in labels, and in OpenMetrics' helps: those of Prometheus' own format take no such escape.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        // By scalars: to Swift a carriage return and the line feed after it are one character, and not "\n".
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\\\"
            case "\"" where quotes: "\\\""
            case "\n": "\\n"
            default: String(scalar)
            }
        }.joined()
    }
}

extension MetricUnit {
    /// What its numbers are multiplied by where units are those without a prefix, such as seconds.
    var scaleToBase: Double { self == .milliseconds ? 0.001 : 1 }
}

extension BucketLayout {
    /// The bounds that Prometheus and OpenTelemetry are shown: few, since each is a series there, and each the bound of a bucket, so
    /// that the counts are exact.
    var expositionBounds: [Double] {
        switch self {
        case .milliseconds:
            [
                0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2000, 4000, 8000, 16000, 32000,
                .infinity,
            ]
        case .amount: (0...15).map { Double(1 << (2 * $0)) } + [.infinity]
        }
    }
}
