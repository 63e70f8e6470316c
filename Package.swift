// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "audit-query",
    products: [
        .executable(name: "audit-query", targets: ["audit-query"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // The C libraries, as they are: a module map and a header each.
        .systemLibrary(name: "CFastCGI", providers: [.apt(["libfcgi-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CTLS", pkgConfig: "libssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CZstandard", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        // glibc's own, which Swift's Glibc leaves out.
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),

        // The line above a target says what it is for, for the picture of docs/architecture.md (Tests/house/picture.py
        // draws it). The first ten each import one C library alone.

        // glibc's malloc: its settings, and what an allocation takes
        .target(name: "Heap", dependencies: ["CMalloc"], swiftSettings: settings),
        // libfcgi: the worker's socket and threads, one reply a request
        .target(name: "FastCGI", dependencies: ["CFastCGI", "Threads"], swiftSettings: settings),
        // libcrypto: digests, HMAC, AES-SIV, Ed25519, random bytes
        .target(name: "Cryptography", dependencies: ["COpenSSL"], swiftSettings: settings),
        // zlib: files to load, bodies to send
        .target(name: "Gzip", dependencies: ["CZlib"], swiftSettings: settings),
        // libdeflate: answers in gzip, whole
        .target(name: "Deflate", dependencies: ["CDeflate"], swiftSettings: settings),
        // libzstd: files to load
        .target(name: "Zstandard", dependencies: ["CZstandard"], swiftSettings: settings),
        // libcurl: requests with deadlines and bounds
        .target(name: "HTTPClient", dependencies: ["CCurl"], swiftSettings: settings),
        // libssl and sockets: streams that are known to be read, datagrams
        .target(name: "Sockets", dependencies: ["CTLS"], swiftSettings: settings),
        // libsystemd: readiness, passed sockets, the journal
        .target(name: "Systemd", dependencies: ["CSystemd"], swiftSettings: settings),
        // libpq: statements with deadlines, rows as they come, COPY
        .target(name: "PostgreSQL", dependencies: ["CPostgreSQL"], swiftSettings: settings),

        // JSON, numbers, hexadecimal and base64url, as bytes
        .target(name: "JSONBytes", swiftSettings: settings),
        // locks, helper threads, waits, what is done at a rate
        .target(
            name: "Threads", dependencies: [.product(name: "Tracing", package: "swift-distributed-tracing")],
            swiftSettings: settings),
        // small files, read and written whole
        .target(name: "Files", swiftSettings: settings),
        // what is compressed, and archives: their content in chunks
        .target(name: "Archives", dependencies: ["Gzip", "Zstandard"], swiftSettings: settings),
        // what a record is: key, order, time, rules, filters, whose system
        .target(name: "AuditRecords", dependencies: ["JSONBytes"], swiftSettings: settings),
        // records that are made up
        .target(name: "DemoData", dependencies: ["AuditRecords", "JSONBytes"], swiftSettings: settings),

        // signed calls: credentials, regions, retries; SSM, STS, CloudWatch
        .target(
            name: "AWS",
            dependencies: [
                "Cryptography", "Deflate", "Files", "Gzip", "HTTPClient", "Threads",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ], swiftSettings: settings),
        // what a store is; plans, pages, and what they may hold
        .target(name: "AuditStores", dependencies: ["AuditRecords", "Threads"], swiftSettings: settings),
        // the embedded store
        .target(
            name: "SQLiteRecords",
            dependencies: [
                "AuditRecords", "AuditStores", "CSQLite", "Files", "JSONBytes", "Threads",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ], swiftSettings: settings),
        // the store in DynamoDB: its table, reads, writes, transcoder
        .target(
            name: "DynamoDBRecords",
            dependencies: ["AuditRecords", "AuditStores", "AWS", "Gzip", "JSONBytes", "Threads"],
            swiftSettings: settings),

        // the store in PostgreSQL: its schema, reads, writes, connections
        .target(
            name: "PostgreSQLRecords",
            dependencies: ["AuditRecords", "AuditStores", "JSONBytes", "PostgreSQL", "Threads"],
            swiftSettings: settings),
        // bytes to records; reads, writes and waits for nothing
        .target(
            name: "LogFormats", dependencies: ["AuditRecords", "Cryptography", "JSONBytes"],
            swiftSettings: settings),
        // records as CEF and OCSF, for programs of others
        .target(name: "RecordForms", dependencies: ["AuditRecords", "JSONBytes"], swiftSettings: settings),
        // records to others: files, syslog, HTTP, OTLP; what they have for sure
        .target(
            name: "Forwarding",
            dependencies: [
                "AuditRecords", "Cryptography", "Files", "HTTPClient", "JSONBytes", "RecordForms", "Sockets",
                "Threads",
            ], swiftSettings: settings),
        // records into a store, compared with what is there
        .target(
            name: "Loading",
            dependencies: [
                "AuditRecords", "AuditStores", "Cryptography", "JSONBytes", "LogFormats", "Threads",
            ], swiftSettings: settings),
        // what is proved: trees, notes, checkpoints, seals
        .target(
            name: "Evidence", dependencies: ["AuditRecords", "Cryptography", "JSONBytes"],
            swiftSettings: settings),

        // answers requests: key, question, cache, answer, report
        .target(
            name: "QueryService",
            dependencies: [
                "AuditRecords", "AuditStores", "Cryptography", "Deflate", "Evidence", "Files", "Heap",
                "JSONBytes", "Threads",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "Yams", package: "Yams"),
            ],
            resources: [.embedInCode("Respond/openapi.yaml")],
            swiftSettings: settings),
        // where logs, metrics and traces go: journal, CloudWatch, X-Ray
        .target(
            name: "Telemetry",
            dependencies: [
                "AWS", "Gzip", "HTTPClient", "Systemd", "Threads",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ], swiftSettings: settings),
        // the program: commands, configuration, worker, setup, pool
        .executableTarget(
            name: "audit-query",
            dependencies: [
                "Archives", "AuditRecords", "AuditStores", "AWS", "Cryptography", "DemoData",
                "DynamoDBRecords", "Evidence", "FastCGI", "Files", "Forwarding", "Gzip", "Heap", "HTTPClient",
                "JSONBytes", "Loading", "LogFormats", "PostgreSQL", "PostgreSQLRecords", "QueryService",
                "RecordForms", "SQLiteRecords", "Systemd", "Telemetry", "Threads", "Zstandard",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"), .product(name: "Yams", package: "Yams"),
            ], swiftSettings: settings),
        // Measures the transcoder beside Foundation's JSONDecoder.
        .executableTarget(
            name: "transcoding-bench",
            dependencies: ["AuditRecords", "AuditStores", "DynamoDBRecords", "LogFormats", "QueryService"],
            path: "Benchmarks/transcoding", swiftSettings: settings),

        // Measures the cache's memory, the cost of a hit, and the instructions of the hot paths.
        .systemLibrary(name: "CCallgrind", path: "Benchmarks/callgrind"),
        .executableTarget(
            name: "service-bench",
            dependencies: [
                "AuditRecords", "AuditStores", "CCallgrind", "Cryptography", "DemoData", "DynamoDBRecords",
                "Evidence", "Heap", "JSONBytes", "Loading", "LogFormats", "QueryService", "SQLiteRecords",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Benchmarks/service", exclude: ["instructions.txt"], swiftSettings: settings),

        // What tests of several targets use: stand-in servers, properties, folders.
        .target(
            name: "TestSupport",
            dependencies: [
                "DemoData", "Gzip", "HTTPClient", "JSONBytes", "Threads",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/TestSupport", swiftSettings: settings),
        // What every store must do, records to do it with, and stores for the tests of what stands over them.
        .target(
            name: "StoreConformance",
            dependencies: [
                "AuditRecords", "AuditStores", "DemoData", "JSONBytes", "Loading", "LogFormats",
                "TestSupport", "Threads",
            ],
            path: "Tests/StoreConformance",
            exclude: ["CaseFolding.txt"], swiftSettings: settings),
        // DynamoDB as tests have it: moto's, scripted, and a model of the table.
        .target(
            name: "DynamoDBStandIns",
            dependencies: [
                "AuditRecords", "AuditStores", "AWS", "DemoData", "DynamoDBRecords", "HTTPClient",
                "JSONBytes", "StoreConformance", "TestSupport", "Threads",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/DynamoDBStandIns", swiftSettings: settings),
        // Databases with the schema, in a server of the test program's own.
        .target(
            name: "PostgreSQLStandIns", dependencies: ["PostgreSQL", "PostgreSQLRecords", "TestSupport"],
            path: "Tests/PostgreSQLStandIns", swiftSettings: settings),
        .testTarget(
            name: "JSONBytesTests",
            dependencies: [
                "AuditRecords", "DemoData", "JSONBytes", "Loading", "QueryService", "StoreConformance",
                "TestSupport",
            ], swiftSettings: settings),
        .testTarget(
            name: "ThreadsTests",
            dependencies: [
                "DemoData", "TestSupport", "Threads",
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ], swiftSettings: settings),
        .testTarget(
            name: "AuditRecordsTests",
            dependencies: ["AuditRecords", "DemoData", "JSONBytes", "StoreConformance", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "AuditStoresTests",
            dependencies: [
                "AuditRecords", "AuditStores", "DemoData", "StoreConformance", "TestSupport", "Threads",
            ], swiftSettings: settings),
        .testTarget(
            name: "EvidenceTests",
            dependencies: [
                "AuditRecords", "Cryptography", "DemoData", "Evidence", "JSONBytes", "StoreConformance",
                "TestSupport",
            ], swiftSettings: settings),
        .testTarget(
            name: "LogFormatsTests",
            dependencies: [
                "AuditRecords", "DemoData", "JSONBytes", "LogFormats", "StoreConformance", "TestSupport",
            ], swiftSettings: settings),
        .testTarget(
            name: "RecordFormsTests",
            dependencies: [
                "AuditRecords", "DemoData", "LogFormats", "RecordForms", "StoreConformance", "TestSupport",
            ], swiftSettings: settings),
        .testTarget(
            name: "ForwardingTests",
            dependencies: [
                "AuditRecords", "DemoData", "Files", "Forwarding", "HTTPClient", "RecordForms", "Sockets",
                "StoreConformance", "TestSupport",
            ], swiftSettings: settings),
        .testTarget(
            name: "SQLiteRecordsTests",
            dependencies: [
                "AuditRecords", "AuditStores", "DemoData", "Files", "SQLiteRecords", "StoreConformance",
                "TestSupport", "Threads", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ], swiftSettings: settings),
        .testTarget(
            name: "DynamoDBRecordsTests",
            dependencies: [
                "AuditRecords", "AuditStores", "AWS", "DemoData", "DynamoDBRecords", "DynamoDBStandIns",
                "Gzip", "HTTPClient", "JSONBytes", "Loading", "LogFormats", "SQLiteRecords",
                "StoreConformance", "TestSupport", "Threads", .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: settings),
        .testTarget(
            name: "PostgreSQLTests", dependencies: ["PostgreSQL", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "PostgreSQLRecordsTests",
            dependencies: [
                "AuditRecords", "AuditStores", "DemoData", "PostgreSQL", "PostgreSQLRecords",
                "PostgreSQLStandIns", "StoreConformance", "TestSupport",
            ], swiftSettings: settings),
        .testTarget(
            name: "LoadingTests",
            dependencies: [
                "AuditRecords", "AuditStores", "DemoData", "Loading", "LogFormats", "SQLiteRecords",
                "StoreConformance", "TestSupport", "Threads",
            ], swiftSettings: settings),
        .testTarget(
            name: "QueryServiceTests",
            dependencies: [
                "AuditRecords", "AuditStores", "Cryptography", "DemoData", "DynamoDBRecords",
                "DynamoDBStandIns", "Files", "Gzip", "JSONBytes", "Loading", "LogFormats",
                "PostgreSQLRecords", "PostgreSQLStandIns", "QueryService", "SQLiteRecords",
                "StoreConformance", "Telemetry", "TestSupport",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Fuzz/corpus"], swiftSettings: settings),
        .testTarget(
            name: "AWSTests",
            dependencies: [
                "AWS", "DemoData", "Gzip", "HTTPClient", "TestSupport",
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ], swiftSettings: settings),
        .testTarget(name: "GzipTests", dependencies: ["Gzip"], swiftSettings: settings),
        .testTarget(name: "DeflateTests", dependencies: ["Deflate"], swiftSettings: settings),
        .testTarget(name: "ZstandardTests", dependencies: ["Zstandard"], swiftSettings: settings),
        .testTarget(
            name: "ArchivesTests", dependencies: ["Archives", "Gzip", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "HTTPClientTests", dependencies: ["HTTPClient", "TestSupport"], swiftSettings: settings),
        // Real nginx, real workers: audit-query is named so that the program is built beside the tests.
        .testTarget(
            name: "LiveTests",
            dependencies: [
                "audit-query", "DemoData", "FastCGI", "Gzip", "HTTPClient", "TestSupport", "Threads",
            ], swiftSettings: settings),
        .testTarget(
            name: "TelemetryTests",
            dependencies: [
                "AWS", "DemoData", "Gzip", "HTTPClient", "QueryService", "Systemd", "Telemetry",
                "TestSupport", "Threads", .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ], swiftSettings: settings),
        .testTarget(name: "CryptographyTests", dependencies: ["Cryptography"], swiftSettings: settings),
        .testTarget(
            name: "FastCGITests", dependencies: ["FastCGI", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "audit-query", "AuditRecords", "AuditStores", "AWS", "Cryptography", "DemoData",
                "DynamoDBRecords", "Evidence", "HTTPClient", "Loading", "LogFormats", "QueryService",
                "RecordForms", "SQLiteRecords", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: settings),
    ]
)
