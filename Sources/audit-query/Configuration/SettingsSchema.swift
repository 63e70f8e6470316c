import Configuration

/// Every key of the configuration, with its type and its default.
enum SettingsSchema {
    enum Kind {
        case text, int, double, bool, textList

        var name: String {
            switch self {
            case .text: "text"
            case .int: "a whole number"
            case .double: "a number"
            case .bool: "true or false"
            case .textList: "a list of texts"
            }
        }
    }

    static let defaults: [String: ConfigContent] = [
        "environment": .string("dev"),
        "store.kind": .string("sqlite"),
        "store.sqlite.path": .string("/var/lib/audit-query/audit.db"),
        "store.dynamodb.table": .string("audit-records"),
        "store.dynamodb.regions": .stringArray(["eu-west-1", "eu-central-1"]),
        "store.dynamodb.endpoints": .stringArray([]),
        "store.dynamodb.user-index": .string("GSI1"),
        "store.dynamodb.resource-index": .string("GSI2"),
        "cache.bytes": .int(104_857_600),
        "cache.ttl-seconds": .int(300),
        "cache.ttl-jitter": .double(0.05),
        "cache.past-ttl-seconds": .int(0),
        "cache.refresh-limit": .int(4),
        "cache.stale-seconds": .int(3600),
        "worker.threads": .int(384),
        "worker.store-limit": .int(320),
        "worker.deadline-seconds": .int(30),
        "worker.answer-bytes": .int(100_663_296),
        "keys.file": .string("/etc/audit-query/keys.json"),
        "keys.parameter": .string(""),
        "cursor.secret-file": .string("/etc/audit-query/cursor.secret"),
        "cursor.secret-parameter": .string(""),
        "aws.region": .string(""),
        "aws.proxy": .string(""),
        "aws.parameter-refresh-seconds": .int(60),
        "telemetry.log-level": .string("info"),
        "telemetry.audit-reads": .bool(true),
        "telemetry.cloudwatch.enabled": .bool(false),
        "telemetry.cloudwatch.namespace": .string("DynamoDBProcessor"),
        "telemetry.cloudwatch.interval-seconds": .int(60),
        "telemetry.xray.enabled": .bool(false),
        "telemetry.xray.address": .string("127.0.0.1:2000"),
        "telemetry.xray.sample-rate": .double(0.05),
        "telemetry.xray.traces-per-second": .int(50),
    ]

    /// The type of a key; nil when there is no such key.
    static func kind(of key: String) -> Kind? {
        switch defaults[key] {
        case .string: .text
        case .int: .int
        case .double: .double
        case .bool: .bool
        case .stringArray: .textList
        default: nil
        }
    }

    /// Whether a key is without a value by default.
    static func mayBeEmpty(_ key: String) -> Bool {
        defaults[key] == .string("") || defaults[key] == .stringArray([])
    }

    /// A value from its text; nil when the text is none of the key's type.
    static func value(_ text: String, _ kind: Kind) -> ConfigContent? {
        switch kind {
        case .text: .string(text)
        case .int: Int(text).map(ConfigContent.int)
        case .double: Double(text).map(ConfigContent.double)
        case .bool: Bool(text).map(ConfigContent.bool)
        case .textList: .stringArray(text.split(separator: ",").map { String($0.trimmingPrefix(" ")) })
        }
    }
}
