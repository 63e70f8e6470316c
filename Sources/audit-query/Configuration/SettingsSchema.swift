import DynamoDBRecords
import QueryService
import Configuration

/// Every key of the configuration, with its type and its default.
enum SettingsSchema {
    enum Kind {
        case text, int, double, bool, textList, textMap

        var name: String {
            switch self {
            case .text: "text"
            case .int: "a whole number"
            case .double: "a number"
            case .bool: "true or false"
            case .textList: "a list of texts"
            case .textMap: "a mapping of names to texts"
            }
        }
    }

    private static let service = ServiceSettings()
    private static let table = DynamoDBTable()

    static let defaults: [String: ConfigContent] = [
        "environment": .string("dev"),
        "store.kind": .string("sqlite"),
        "store.sqlite.path": .string("/var/lib/audit-query/audit.db"),
        "store.index.attributes": .stringArray([]),
        "store.index.text": .bool(false),
        "store.postgresql.connection": .string(""),
        "store.postgresql.password-file": .string(""),
        "store.postgresql.connections": .int(8),
        "store.postgresql.standby-reads": .bool(false),
        "store.dynamodb.table": .string(table.name),
        "store.dynamodb.regions": .stringArray(["eu-west-1", "eu-central-1"]),
        "store.dynamodb.endpoints": .stringArray([]),
        "store.dynamodb.user-index": .string(table.userIndex),
        "store.dynamodb.resource-index": .string(table.resourceIndex),
        "store.dynamodb.systems": .stringArray([]),
        "store.dynamodb.attribute-indexes": .stringArray([]),
        "store.dynamodb.shards": .stringArray([]),
        "cache.bytes": .int(service.cacheByteLimit),
        "cache.ttl-seconds": .int(seconds(service.lifetime)),
        "cache.ttl-jitter": .double(service.lifetimeJitter),
        "cache.past-ttl-seconds": .int(seconds(service.pastLifetime)),
        "cache.refresh-limit": .int(service.refreshLimit),
        "cache.stale-seconds": .int(seconds(service.staleTime)),
        "worker.threads": .int(384),
        "worker.store-limit": .int(service.storeLimit),
        "worker.deadline-seconds": .int(seconds(service.deadline)),
        "worker.answer-bytes": .int(service.answerByteLimit),
        "keys.file": .string("/etc/audit-query/keys.json"),
        "keys.parameter": .string(""),
        "cursor.secret-file": .string("/etc/audit-query/cursor.secret"),
        "cursor.secret-parameter": .string(""),
        "seal.enabled": .bool(false),
        "seal.after-hours": .int(48),
        "seal.key-file": .string("/etc/audit-query/seal.key"),
        "seal.origin": .string(""),
        "seal.folder": .string("/var/lib/audit-query/seals"),
        "retain.operators": .stringArray([]),
        "retain.folder": .string("/var/lib/audit-query/retention"),
        "forward.folder": .string("/var/lib/audit-query-forward"),
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
        "telemetry.otlp.traces": .bool(false),
        "telemetry.otlp.metrics": .bool(false),
        "telemetry.otlp.endpoint": .string("http://127.0.0.1:4318"),
    ]

    private static func seconds(_ duration: Duration) -> Int { Int(duration.components.seconds) }

    /// Keys of mappings, which are lists of `name=text` here and in the environment.
    private static let maps: Set = ["store.dynamodb.attribute-indexes", "store.dynamodb.shards"]

    /// The type of a key; nil when there is no such key.
    static func kind(of key: String) -> Kind? {
        switch defaults[key] {
        case .string: .text
        case .int: .int
        case .double: .double
        case .bool: .bool
        case .stringArray: maps.contains(key) ? .textMap : .textList
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
        case .textList, .textMap:
            .stringArray(text.split(separator: ",").map { String($0.trimmingPrefix(" ")) })
        }
    }
}
