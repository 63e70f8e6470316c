@testable import QueryService
import DemoData
import Foundation
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

/// Followers with all kinds of keys and filters, beside a model of what was written.
@Suite struct ChangesModelTests {
    private static let systems: [Identifier] = ["billing", "crm-eu", "payroll"]
    private static let filters: [(text: String, passes: @Sendable (Int, _ seesSecret: Bool) -> Bool)] = [
        ("", { _, _ in true }), ("n ge 5", { n, _ in n >= 5 }), ("n eq 99", { _, _ in false }),
        ("secret pr", { n, sees in sees && n.isMultiple(of: 2) }),
        ("not (secret pr)", { n, sees in !(sees && n.isMultiple(of: 2)) }),
    ]

    private static func record(_ key: Int, _ n: Int) -> AuditRecord {
        TestRecord.make(
            Identifier("\(key)"), at: Timestamp(seconds: Int64(key % 7) * 1000),
            system: systems[key % systems.count], user: "u", resource: "r",
            attributes: n.isMultiple(of: 2) ? "{\"secret\":\"SECRET\",\"n\":\(n)}" : "{\"n\":\(n)}")
    }

    /// One who follows: what it was told of each record last.
    private struct Follower {
        let systems: [String]
        let hides: Bool
        let filter: Int
        var token: String
        var seen: [Int: Int] = [:]
        /// What was written before it began.
        let before: Set<Int>
    }

    private static func service(_ path: String, _ random: inout SplitMix64) throws -> TestService {
        var settings = ServiceSettings.steady
        settings.pageTime = random.once(in: 2) ? .zero : .seconds(5)
        settings.deadline = .seconds(600)
        return try TestService(SQLiteStore(reading: path), settings: settings)
    }

    private static func ask(_ service: TestService, _ follower: Follower, limit: Int, token: String? = nil)
        throws
        -> Response
    {
        let client = try service.client(
            systems: follower.systems, hidden: follower.hides ? ["secret"] : [])
        let text = filters[follower.filter].text
        let filter = text.isEmpty ? "" : "&filter=\(encoded(text))"
        let after = token.map { "&after=\($0)" } ?? ""
        return client.send("GET", "/v1/changes", query: "limit=\(limit)\(filter)\(after)")
    }

    /// Takes a page; whether there may be more.
    private static func read(_ service: TestService, _ follower: inout Follower, limit: Int) throws -> Bool {
        let response = try ask(service, follower, limit: limit, token: follower.token)
        try require(response.status == 200, response.text)
        try require(!follower.hides || !response.text.contains("SECRET"), response.text)
        let scope = SystemScope(patterns: follower.systems)
        for record in response.records {
            guard let id = (record["auditId"] as? String).flatMap({ Int($0) }),
                let attributes = record["attributes"] as? [String: Any], let n = attributes["n"] as? Int
            else { throw Falsified(description: "no record of ours: \(record)") }
            try require(scope.contains(systems[id % systems.count]), "a foreign record: \(record)")
            try require(filters[follower.filter].passes(n, !follower.hides), "it does not pass: \(record)")
            follower.seen[id] = n
        }
        follower.token = response.json["next"] as? String ?? ""
        return response.json["hasMore"] as? Bool ?? false
    }

    @Test func `from its token on each is told the last version of every record that it may see`() throws {
        forAll(cases: 8) { random in
            let folder = try TemporaryFolder()
            let path = folder.file("audit.db")
            let store = SQLiteStore(writing: path)
            try store.put([])
            var service = try Self.service(path, &random)
            var (model, followers): ([Int: Int], [Follower]) = ([:], [])
            for turn in 0..<24 {
                if turn % 3 == 0 {
                    let follower = Follower(
                        systems: random.pick([["*"], ["billing"], ["crm-*", "payroll"], ["none"]]),
                        hides: random.once(in: 2), filter: random.number(below: Self.filters.count),
                        token: "",
                        before: Set(model.keys))
                    followers.append(follower)
                    let token = try Self.ask(service, follower, limit: 1).json["next"] as? String
                    followers[followers.count - 1].token = token ?? ""
                }
                let written = (0..<random.number(in: 0...200)).map { _ in
                    (random.number(in: 0...300), random.number(in: 0...9))
                }
                // Of those before, a follower is told when they are written again.
                for (key, n) in written { model[key] = n }
                for index in followers.indices {
                    followers[index] = Follower(
                        systems: followers[index].systems, hides: followers[index].hides,
                        filter: followers[index].filter, token: followers[index].token,
                        seen: followers[index].seen,
                        before: followers[index].before.subtracting(written.map(\.0)))
                }
                try store.put(written.map { Self.record($0.0, $0.1) })
                if random.once(in: 3) {
                    let gone = model.keys.sorted().filter { _ in random.once(in: 10) }
                    let mark = try store.removalMark(deadline: .now + .seconds(60))
                    _ = try store.remove(gone.map { Self.record($0, model[$0] ?? 0) }, before: mark)
                    for key in gone { model[key] = nil }
                }
                if random.once(in: 3) { service = try Self.service(path, &random) }
                for index in followers.indices where random.once(in: 2) {
                    _ = try Self.read(service, &followers[index], limit: random.pick([1, 5, 100, 1000]))
                }
            }
            for var follower in followers {
                try untilDone("the end of the changes", turns: 300) {
                    try !Self.read(service, &follower, limit: random.pick([7, 1000]))
                }
                let scope = SystemScope(patterns: follower.systems)
                for (key, n) in model
                where !follower.before.contains(key) && scope.contains(Self.systems[key % Self.systems.count])
                    && Self.filters[follower.filter].passes(n, !follower.hides)
                {
                    try require(follower.seen[key] == n, "\(key) was missed by \(follower)")
                }
            }
        }
    }

    /// Two services: of one with all records, and of one that never had what the key may not see.
    @Test func `a narrow key is answered as if nothing else came, but for the tokens' chance`() throws {
        forAll(cases: 10) { random in
            let folder = try TemporaryFolder()
            let paths = ["real.db", "bare.db"].map { folder.file($0) }
            let stores = paths.map { SQLiteStore(writing: $0) }
            for store in stores { try store.put([]) }
            // The stores look at real time, and the services' stands still.
            var settings = ServiceSettings.steady
            (settings.pageTime, settings.deadline) = (.seconds(3600), .seconds(3600))
            let services = try paths.map { try TestService(SQLiteStore(reading: $0), settings: settings) }
            let clients = try services.map { try $0.client(systems: ["crm-*"], hidden: ["secret"]) }
            var tokens = ["start", "start"]
            for turn in 0..<40 {
                let written = (0..<random.number(in: 0...12)).map { _ in
                    Self.record(random.number(in: 0...60), random.number(in: 0...9))
                }
                try stores[0].put(written)
                let visible = written.filter { $0.key.systemId == "crm-eu" }.map { record in
                    AuditRecord(
                        key: record.key, userId: record.userId, resourceId: record.resourceId,
                        attributes: Array(
                            String(decoding: record.attributes, as: UTF8.self)
                                .replacing("\"secret\":\"SECRET\",", with: "").utf8))
                }
                if !visible.isEmpty { try stores[1].put(visible) }
                let filter = random.pick(["", "&filter=secret%20pr", "&filter=n%20ge%205", "&search=secret"])
                let query = "limit=\(random.pick([1, 2, 3, 100]))\(filter)&wait=\(random.pick([0, 20]))"
                let answers = zip(clients, tokens).map { client, token -> String in
                    let request = Request(
                        method: "GET", path: "/v1/changes", query: Array("\(query)&after=\(token)".utf8),
                        apiKey: client.secret, id: "request-1", received: client.clock.steady)
                    guard case .answered(let response) = client.service.handle(request) else {
                        return "waits"
                    }
                    return response.text
                }
                let next = answers.map { $0.firstMatch(of: #/"next":"([^"]*)"/#).map { String($0.1) } ?? "" }
                let same = zip(answers, next).map { $0.replacing($1, with: "NEXT") }
                try require(same[0] == same[1], "turn \(turn), \(query): \(same)")
                try require(next[0].count == next[1].count, "\(next)")
                tokens = zip(tokens, next).map { $1.isEmpty ? $0 : $1 }
            }
        }
    }
}
