// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import TestSupport
import AuditRecords
import QueryService
import SQLiteRecords
import Foundation
import Logging
import Testing

@testable import audit_query

@Suite struct SettingsTests {
    private let folder = try! TemporaryFolder()

    private func load(_ yaml: String, _ environment: [String: String] = [:]) throws -> Settings {
        try Settings.load(try folder.write(yaml, to: "audit-query.yaml"), environment: environment)
    }

    private func failure(_ yaml: String, _ environment: [String: String] = [:]) throws -> String {
        let path = try folder.write(yaml, to: "audit-query.yaml")
        let error = #expect(throws: SettingsError.self) { try Settings.load(path, environment: environment) }
        return (error?.description ?? "").replacing(path, with: "FILE")
    }

    @Test func `an empty file leaves the defaults of the design`() throws {
        for yaml in ["", "# nothing\n", "---\n"] {
            let settings = try load(yaml)
            #expect(settings.environment == .dev)
            #expect(settings.store == .sqlite(path: "/var/lib/audit-query/audit.db"))
            #expect(settings.keyPlace == .file("/etc/audit-query/keys.json"))
            #expect(settings.cursorSecretPlace == .file("/etc/audit-query/cursor.secret"))
            #expect(settings.threads == 384)
            #expect(settings.service.storeLimit == 320)
            #expect(settings.service.cacheByteLimit == 104_857_600)
            #expect(settings.service.lifetime == .seconds(300))
            #expect(settings.service.staleTime == .seconds(3600))
            #expect(settings.service.deadline == .seconds(30))
            #expect(settings.telemetry.logLevel == .info)
            #expect(settings.service == ServiceSettings())
        }
    }

    @Test func `the file goes before the defaults, and the environment before the file`() throws {
        let yaml = """
            environment: staging
            store: { kind: sqlite, sqlite: { path: /data/a.db } }
            cache: { bytes: 1000, ttl-seconds: 10 }
            worker: { threads: 20, store-limit: 10, deadline-seconds: 5, answer-bytes: 16777216 }
            telemetry: { log-level: debug }
            """
        let settings = try load(yaml)
        #expect(settings.environment == .staging)
        #expect(settings.store == .sqlite(path: "/data/a.db"))
        #expect(settings.service.cacheByteLimit == 1000)
        #expect(settings.service.lifetime == .seconds(10))
        #expect(settings.service.staleTime == .seconds(3600))
        #expect(settings.threads == 20)
        #expect(settings.telemetry.logLevel == .debug)
        let overridden = try load(
            yaml,
            [
                "AUDIT_QUERY_STORE_SQLITE_PATH": "/data/b.db", "AUDIT_QUERY_CACHE_TTL_SECONDS": "20",
                "AUDIT_QUERY_WORKER_STORE_LIMIT": "20", "AUDIT_QUERY_TELEMETRY_LOG_LEVEL": "error",
                "AUDIT_QUERY_ENVIRONMENT": "prod", "AUDIT_QUERY_KEYS_FILE": "/k", "CACHE_BYTES": "5",
                "STORE_KIND": "x",
            ])
        #expect(overridden.store == .sqlite(path: "/data/b.db"))
        #expect(overridden.service.lifetime == .seconds(20))
        #expect(overridden.service.storeLimit == 20)
        #expect(overridden.telemetry.logLevel == .error)
        #expect(overridden.environment == .prod)
        #expect(overridden.keyPlace == .file("/k"))
        #expect(overridden.service.cacheByteLimit == 1000)
    }

    /// A file and the message, in which FILE stands for its path.
    private static let wrong: [(yaml: String, message: String)] = [
        (
            "a: 1",
            "FILE:1: a is not a key of the configuration; there are aws, cache, cursor, environment, forward, keys, retain, "
                + "seal, store, telemetry, worker"
        ),
        (
            "\ncache:\n  bites: 1",
            "FILE:3: cache.bites is not a key of the configuration; there are cache.bytes, "
                + "cache.past-ttl-seconds, cache.refresh-limit, cache.stale-seconds, cache.ttl-jitter, cache.ttl-seconds"
        ),
        ("cache:\n  bytes: many", "FILE:2: cache.bytes must be a whole number"),
        ("cache:\n  bytes: 1.5", "FILE:2: cache.bytes must be a whole number"),
        ("cache:\n  bytes: [1]", "FILE:2: cache.bytes must be a whole number"),
        ("cache:\n  bytes: -1", "FILE:2: cache.bytes must be from 0 to 1099511627776, and is -1"),
        ("cache: 5", "FILE:1: cache must be a mapping of keys to values"),
        ("- a", "FILE:1: the file must be a mapping of keys to values"),
        (
            "environment: production",
            "FILE:1: environment must be one of dev, staging, prod, and is production"
        ),
        ("environment: { a: b }", "FILE:1: environment must be text"),
        ("telemetry:\n  xray:\n    enabled: maybe", "FILE:3: telemetry.xray.enabled must be true or false"),
        (
            "telemetry:\n  xray:\n    sample-rate: 1.5",
            "FILE:3: telemetry.xray.sample-rate must be from 0 to 1, and is 1.5"
        ),
        (
            "telemetry:\n  cloudwatch:\n    namespace: AWS/Own",
            "FILE:3: telemetry.cloudwatch.namespace must have at most 255 bytes and not begin with AWS/"
        ),
        (
            "store:\n  kind: dynamodb\n  dynamodb:\n    regions: []",
            "FILE:4: store.dynamodb.regions must name a region"
        ),
        (
            "store:\n  kind: dynamodb\n  dynamodb:\n    regions: [a, a]",
            "FILE:4: store.dynamodb.regions names a region twice"
        ),
        (
            "store:\n  kind: dynamodb\n  dynamodb:\n    regions: [\"a/b\"]",
            "FILE:4: store.dynamodb.regions a/b is not the name of a region"
        ),
        (
            "store:\n  kind: dynamodb\n  dynamodb:\n    regions: [a, b]\n    endpoints: [\"http://x\"]",
            "FILE:5: store.dynamodb.endpoints must have a URL for each of the 2 regions, or none"
        ),
        (
            "store:\n  kind: dynamodb\n  dynamodb:\n    regions: [a]\n    endpoints: [\"x\"]",
            "FILE:5: store.dynamodb.endpoints must be http:// or https://, a host and perhaps a port, not x"
        ),
        (
            "store:\n  kind: dynamodb\n  index:\n    text: true",
            "FILE:4: store.index.text must be false: only the store of kind sqlite has this index"
        ),
        (
            "store:\n  index:\n    attributes: [a, \"b c\"]",
            "FILE:3: store.index.attributes b c has at byte 2 what is neither a dot nor part of a name of letters, "
                + "digits, _, - and $: any other name is written in double quotes, as in details.\"source.ip\""
        ),
        (
            "store: { index: { attributes: [userId] } }",
            "FILE:1: store.index.attributes userId is a field of the record, and no attribute"
        ),
        ("store: { index: { attributes: [a.b, a.b] } }", "FILE:1: store.index.attributes names a.b twice"),
        (
            "store: { index: { attributes: [a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q] } }",
            "FILE:1: store.index.attributes names 17 attributes; at most 16 can be indexed"
        ),
        (
            "store:\n  kind: dynamodb\n  index:\n    attributes: [a]",
            "FILE:4: store.index.attributes is for the embedded store: no other makes an index of attributes (a DynamoDB "
                + "table's own are named in store.dynamodb.attribute-indexes)"
        ),
        ("aws:\n  region: A B", "FILE:2: aws.region A B is not the name of a region"),
        (
            "store:\n  kind: oracle",
            "FILE:2: store.kind must be one of sqlite, postgresql, dynamodb, and is oracle"
        ),
        (
            "store:\n  kind: postgresql\n  postgresql:\n    connection: host=a\n    standby-reads: true",
            "FILE:5: store.postgresql.standby-reads needs the standby among the hosts of store.postgresql.connection"
        ),
        ("store:\n  sqlite:\n    path: \"\"", "FILE:3: store.sqlite.path must not be empty"),
        ("worker:\n  threads: 0", "FILE:2: worker.threads must be from 1 to 10000, and is 0"),
        ("seal:\n  after-hours: 0", "FILE:2: seal.after-hours must be from 1 to 8784, and is 0"),
        (
            "seal:\n  origin: a b",
            "FILE:2: seal.origin must be a name without spaces and '+', such as audit.example.com/prod"
        ),
        (
            "worker:\n  deadline-seconds: 301",
            "FILE:2: worker.deadline-seconds must be from 1 to 300, and is 301"
        ),
        (
            "telemetry:\n  log-level: loud",
            "FILE:2: telemetry.log-level must be one of debug, info, warning, error, and is loud"
        ),
    ]

    @Test(arguments: wrong)
    func `what is wrong in a file is told with its line, its key and what was expected`(
        _ yaml: String, _ message: String
    ) throws {
        #expect(try failure(yaml) == message)
    }

    @Test func `indexes of attributes that are not named stay, and where none are named none do`() throws {
        let path = "/var/lib/audit-query/audit.db"
        let paths = [try AttributePath("action"), try AttributePath("details.sourceIp")]
        #expect(try load("").store == .sqlite(path: path))
        #expect(try load("store: { index: { attributes: } }").store == .sqlite(path: path))
        #expect(
            try load("store: { index: { attributes: [] } }").store
                == .sqlite(path: path, indexes: SQLiteIndexes(attributes: [])))
        #expect(
            try load("store: { index: { attributes: [action, details.sourceIp] } }").store
                == .sqlite(path: path, indexes: SQLiteIndexes(attributes: paths)))
        #expect(
            try load("", ["AUDIT_QUERY_STORE_INDEX_ATTRIBUTES": "action, details.sourceIp"]).store
                == .sqlite(path: path, indexes: SQLiteIndexes(attributes: paths)))
    }

    @Test func `a file that is no YAML, is not there or is no text says so`() throws {
        #expect(try failure("a: [1").hasPrefix("FILE: is not YAML:"))
        #expect(try failure("a: [1").contains("\n") == false)
        let missing = #expect(throws: SettingsError.self) {
            try Settings.load(folder.file("missing.yaml"), environment: [:])
        }
        #expect(missing?.description.hasPrefix(folder.file("missing.yaml")) == true)
        try Data([0xFF, 0xFE]).write(to: URL(fileURLWithPath: folder.file("binary.yaml")))
        #expect(throws: SettingsError.self) {
            try Settings.load(folder.file("binary.yaml"), environment: [:])
        }
    }

    @Test func `the embedded store's loads keep an index of words where that is asked`() throws {
        let path = "/var/lib/audit-query/audit.db"
        #expect(try load("").store == .sqlite(path: path))
        #expect(
            try load("store: { index: { text: true } }").store
                == .sqlite(path: path, indexes: SQLiteIndexes(text: true)))
    }

    @Test func `a byte order mark in front is passed over`() throws {
        let settings = try load("\u{FEFF}environment: prod\nworker: { threads: 500 }\n")
        #expect(settings.environment == .prod && settings.threads == 500)
        #expect(try load("\u{FEFF}").environment == .dev)
        #expect(try failure("\u{FEFF}a: 1").hasPrefix("FILE:1: a is not a key"))
    }

    @Test(arguments: ["~", "null", "Null", "NULL", "", "# nothing"])
    func `a key without a value is refused, unless it needs none`(nothing: String) throws {
        let why = "has no value (nothing, ~ or null): give it one, or leave the key out"
        let keys = [
            "environment", "store.sqlite.path", "keys.file", "store.dynamodb.regions", "cache.bytes",
            "cache.ttl-jitter", "telemetry.audit-reads",
        ]
        for key in keys {
            let parts = key.split(separator: ".")
            let lines = parts.enumerated().map {
                String(repeating: "  ", count: $0.offset) + "\($0.element):"
            }
            #expect(
                try failure(lines.joined(separator: "\n") + " \(nothing)\n")
                    == "FILE:\(parts.count): \(key) \(why)")
        }
        let settings = try load(
            """
            store: { kind: dynamodb, dynamodb: { regions: [a] } }
            aws:
              proxy: \(nothing)
              region: \(nothing)
            keys:
              parameter: \(nothing)
            """)
        #expect(settings.aws.proxy == nil && settings.aws.region == nil)
        #expect(settings.keyPlace == .file("/etc/audit-query/keys.json"))
    }

    @Test func `a section whose keys are all commented out is empty`() throws {
        let settings = try load("store:\n  sqlite:\n  # path: /a\ncache:\nworker: ~\n")
        #expect(settings.store == .sqlite(path: "/var/lib/audit-query/audit.db"))
    }

    @Test func `in quotes they are text`() throws {
        let settings = try load("store: { sqlite: { path: '~' } }\nkeys: { file: \"null\" }")
        #expect(settings.store == .sqlite(path: "~"))
        #expect(settings.keyPlace == .file("null"))
    }

    @Test func `an item of a list that is nothing is refused`() throws {
        for list in ["[a, ~]", "[null]", "\n    -\n    - a", "[[a]]", "[{ a: b }]"] {
            #expect(
                try failure("store:\n  dynamodb:\n    regions: \(list)").hasSuffix(
                    "store.dynamodb.regions must be a list of texts"))
        }
    }

    /// YAML reads some of these as numbers and truths; as text they are what is written.
    @Test(arguments: ["123", "1.50", "0x1F", "1_000", "no", "True", "2027-01-15", "1:30"])
    func `where text is expected, what looks like something else is the text as written`(
        text: String
    ) throws {
        #expect(try load("keys: { file: \(text) }").keyPlace == .file(text))
    }

    @Test(arguments: [
        ("cache:\n\tbytes: 1\n", "FILE: is not YAML: "),
        ("cache:\n  bytes:\t1\n  \tx: 1", "FILE: is not YAML: "),
        ("environment: dev\n---\nenvironment: prod\n", "FILE: is not YAML: "),
        ("cache: { bytes: 1, bytes: 2 }", "FILE: is not YAML: "), ("? [a]\n: b\n", "FILE:1: "),
        ("<<: { environment: dev }\n", "FILE:1: << is not a key"),
        ("environment: *a\n", "FILE: is not YAML: "),
        ("telemetry: { audit-reads: yes }", "FILE:1: telemetry.audit-reads must be true or false"),
        ("telemetry: { audit-reads: TRUE }", "FILE:1: telemetry.audit-reads must be true or false"),
        ("cache: { bytes: 0x10 }", "FILE:1: cache.bytes must be a whole number"),
        ("cache: { bytes: 1_000 }", "FILE:1: cache.bytes must be a whole number"),
        ("cache: { ttl-jitter: .nan }", "FILE:1: cache.ttl-jitter must be a number"),
        ("cache: { ttl-jitter: nan }", "FILE:1: cache.ttl-jitter must be from 0 to 1, and is nan"),
    ])
    func `what YAML has and this file does not is told with its place`(yaml: String, message: String) throws {
        let said = try failure(yaml)
        #expect(said.hasPrefix(message))
        #expect(!said.contains("\n"))
    }

    @Test func `a key that stands twice is refused`() throws {
        #expect(try failure("cache:\n  bytes: 1\n  bytes: 2").isEmpty == false)
        #expect(try failure("cache: { bytes: 1 }\ncache: { bytes: 2 }").isEmpty == false)
    }

    @Test func `what is wrong in the environment is told with the variable`() throws {
        #expect(
            try failure("", ["AUDIT_QUERY_CACHE_BYTES": "many"])
                == "environment variable AUDIT_QUERY_CACHE_BYTES: cache.bytes must be a whole number")
        #expect(
            try failure("cache: { bytes: 5 }", ["AUDIT_QUERY_CACHE_BYTES": "-5"])
                == "environment variable AUDIT_QUERY_CACHE_BYTES: cache.bytes must be from 0 to 1099511627776, and is -5"
        )
        #expect(
            try failure("", ["AUDIT_QUERY_ENVIRONMENT": ""]).hasPrefix(
                "environment variable AUDIT_QUERY_ENVIRONMENT:"))
    }

    @Test func `variables that override nothing are listed`() throws {
        let path = try folder.write("", to: "audit-query.yaml")
        let source = try SettingsSource(
            path: path,
            environment: [
                "AUDIT_QUERY_CACHE_BITES": "1", "AUDIT_QUERY_CACHE_BYTES": "1", "PATH": "/",
                "AUDIT_QUERY_": "x",
            ])
        #expect(source.unknownVariables == ["AUDIT_QUERY_", "AUDIT_QUERY_CACHE_BITES"])
    }

    @Test func `more threads on the store than there are threads is impossible`() throws {
        let message = try failure("worker:\n  threads: 10\n  store-limit: 11")
        #expect(message.hasPrefix("FILE:3: worker.store-limit 11 is more than worker.threads (10)"))
    }
}
