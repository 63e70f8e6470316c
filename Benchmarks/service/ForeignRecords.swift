import SQLiteRecords
import AuditRecords
import JSONBytes
internal import QueryService
internal import Cryptography
internal import Foundation
internal import Logging

/// What a key that is limited to some systems can tell, by time, of a user's and a resource's records in others: the same
/// questions to two embedded stores, one of which has them and one has not.
struct ForeignRecords {
    private static let foreignCount = 250_000
    private static let requests = 300
    private static let start = Timestamp(seconds: 1_709_251_200)

    private let with: AuditService
    private let without: AuditService
    private let own: [AuditRecord]

    static func print() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "foreign-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try ForeignRecords(folder.path).print()
    }

    private init(_ folder: String) throws {
        own = (0..<200).map { Self.record($0 * 500, system: ["crm-a", "crm-b"][$0 % 2], user: "ceo") }
        let others = (0..<20_000).map { Self.record($0, system: "crm-a", user: "user-\($0 % 50)") }
        let foreign = (0..<Self.foreignCount).map {
            Self.record($0, system: ["payroll", "crl", "crm", "vault"][$0 % 4], user: "ceo")
        }
        with = try Self.service("\(folder)/with.db", own + others + foreign)
        without = try Self.service("\(folder)/without.db", own + others)
    }

    private static func record(_ number: Int, system: String, user: String) -> AuditRecord {
        AuditRecord(
            key: RecordKey(
                systemId: Identifier(system), instant: start.advanced(bySeconds: Int64(number) * 10),
                auditId: Identifier("c34d0bff-9015-4280-a099-\(100_000_000_000 + number)")),
            userId: Identifier(user), resourceId: Identifier(user == "ceo" ? "safe" : "desk"),
            attributes: Array(#"{"action":"Read","outcome":"success","sourceIp":"10.2.97.254"}"#.utf8))
    }

    private static func service(_ path: String, _ records: [AuditRecord]) throws -> AuditService {
        let writer = SQLiteStore(writing: path)
        for start in stride(from: 0, to: records.count, by: 10_000) {
            try writer.put(Array(records[start..<min(start + 10_000, records.count)]))
        }
        try writer.checkpoint()
        let keys = [("exact", #""crm-a","crm-b""#), ("prefix", #""crm-*""#)].map { name, systems in
            """
            {"id":"\(name)","name":"\(name)","digest":"\(Digest(of: name.utf8).hexadecimal)","systems":[\(systems)],\
            "hiddenAttributes":[],"created":"2024-01-01T00:00:00Z"}
            """
        }
        let document = "{\"version\":1,\"keys\":[\(keys.joined(separator: ","))]}"
        return AuditService(
            store: SQLiteStore(reading: path),
            keys: KeySource(ring: try KeyRing(content: Array(document.utf8), origin: "bench")),
            cursors: try CursorSeal(secret: Array(repeating: 1, count: 32)), settings: ServiceSettings(),
            instruments: Instruments(log: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }))
    }

    private func print() {
        Swift.print(
            "Microseconds, \(Self.requests) requests each, in turns; the user has "
                + "\(Self.foreignCount) records in other systems.\n")
        Swift.print("| question | key | without: median | p90 | with: median | p90 |")
        Swift.print("| --- | --- | ---: | ---: | ---: | ---: |")
        for (name, make) in questions {
            for key in ["exact", "prefix"] { Swift.print(row(name, key, make)) }
        }
    }

    private func row(_ name: String, _ key: String, _ make: (Int) -> Request) -> String {
        var times: [[Double]] = [[], []]
        for turn in 0..<Self.requests + 20 {
            var request = make(turn)
            request.apiKey = key
            request.cacheControl = "no-cache"
            let services = [without, with]
            for place in turn % 2 == 0 ? [0, 1] : [1, 0] {
                let start = ContinuousClock.now
                let response = services[place].respond(to: request)
                let time = (ContinuousClock.now - start) / .microseconds(1)
                precondition(response.status == 200 || response.status == 404, "\(response)")
                if turn >= 20 { times[place].append(time) }
            }
        }
        let figures = times.flatMap { times in
            let sorted = times.sorted()
            return [sorted[sorted.count / 2], sorted[sorted.count * 9 / 10]].map { "\(Int($0.rounded()))" }
        }
        return "| \(name) | \(key) | \(figures.joined(separator: " | ")) |"
    }

    private var questions: [(String, (Int) -> Request)] {
        let own = own
        func get(_ query: String) -> (Int) -> Request {
            { _ in
                Request(
                    method: "GET", path: "/v1/records", query: Array(query.utf8), accept: "*/*", id: "bench")
            }
        }
        // A day on which the user has thousands of records elsewhere.
        let day = "startDate=2024-03-10&endDate=2024-03-10"
        return [
            ("a user", get("userId=ceo")), ("a user, a day", get("userId=ceo&\(day)")),
            ("a user and a system", get("userId=ceo&systemId=crm-a")),
            ("a user who is nowhere", get("userId=nobody")), ("a resource", get("resourceId=safe")),
            ("a resource, a day", get("resourceId=safe&\(day)")),
            ("a resource and a user", get("resourceId=safe&userId=ceo")),
            ("a system, a day", get("systemId=crm-a&\(day)")),
            (
                "an id",
                { turn in
                    let id = String(decoding: own[turn % own.count].key.id, as: UTF8.self)
                    return Request(method: "GET", path: "/v1/records/\(id)", accept: "*/*", id: "bench")
                }
            ),
            (
                "an id of a foreign record",
                { turn in
                    let id = String(
                        decoding: Self.record(turn, system: "payroll", user: "ceo").key.id, as: UTF8.self)
                    return Request(method: "GET", path: "/v1/records/\(id)", accept: "*/*", id: "bench")
                }
            ),
            (
                "a batch of 50 own and 50 foreign",
                { turn in
                    let records =
                        own.prefix(50)
                        + (0..<50).map { Self.record(4 * $0 + turn, system: "payroll", user: "ceo") }
                    let ids = records.map { "\"\(String(decoding: $0.key.id, as: UTF8.self))\"" }
                    return Request(
                        method: "POST", path: "/v1/records/batch", contentType: "application/json",
                        accept: "*/*",
                        id: "bench", body: .success(Array("{\"ids\":[\(ids.joined(separator: ","))]}".utf8)))
                }
            ),
        ]
    }
}

/// What a miss takes when a user's records are spread over few or many systems, for a key that may see all.
enum ManySystems {
    static func print() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "systems-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for count in [1, 10, 100, 1000] {
            let path = folder.appending(path: "\(count).db").path
            let attributes = Array(
                "{\"action\":\"Read\",\"details\":\"\(String(repeating: "x", count: 350))\"}".utf8)
            let records = (0..<20_000).map { number in
                AuditRecord(
                    key: RecordKey(
                        systemId: Identifier("system-\(number % count)"),
                        instant: Timestamp(seconds: 1_709_251_200 + Int64(number)),
                        auditId: Identifier("c34d0bff-9015-4280-a099-\(100_000_000_000 + number)")),
                    userId: Identifier("u"), resourceId: Identifier("r"), attributes: attributes)
            }
            let writer = SQLiteStore(writing: path)
            try writer.put(records)
            try writer.checkpoint()
            let bench = try Bench(SQLiteStore(reading: path))
            for limit in [10, 100, 1000] {
                var times: [Double] = []
                for turn in 0..<320 {
                    // Another range each time, so that none is in the cache.
                    let query = Array(
                        "userId=u&limit=\(limit)&endDate=2024-03-01T05:\(10 + turn % 50):00Z".utf8)
                    let start = ContinuousClock.now
                    bench.ask(query, fresh: true)
                    if turn >= 20 { times.append((ContinuousClock.now - start) / .microseconds(1)) }
                }
                times.sort()
                Swift.print(
                    "a user of \(count) systems, \(limit) records: median \(Int(times[times.count / 2])) µs, "
                        + "p90 \(Int(times[times.count * 9 / 10])) µs")
            }
        }
    }
}
