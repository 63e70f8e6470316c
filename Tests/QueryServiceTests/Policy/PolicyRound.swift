// swift-format-ignore-file: NeverForceUnwrap

@testable import QueryService
import Foundation
import TestSupport
@testable import StoreConformance
@testable import AuditStores
@testable import AuditRecords
@testable import DemoData

/// Records of systems that look alike, and keys to some of them, with hidden attributes.
struct PolicyRound {
    private static let systems: [Identifier] = [
        "a", "a#b", "a#", "a_", "aX", "a_b", "A", "é", "e\u{301}", "b",
    ]
    private static let patterns = [
        "a", "a*", "a#*", "a#b", "a#", "a_", "a_*", "aX", "aX*", "é", "e*", "b", "nothing", "A*", "*",
    ]
    private static let ids: [Identifier] = ["u", "u#", "u_", "U"]
    private static let days = ["2024-02-28", "2024-02-29", "2024-03-01"]

    var random: SplitMix64
    private var records: [AuditRecord] = []
    private var model = RecordModel()

    init(random: SplitMix64) {
        self.random = random
    }

    /// Asks a store by so many keys; `writer` writes to it where another role does.
    mutating func run(_ store: any RecordStore, keys: Int, writer: (any RecordStore)? = nil) throws {
        let times = Self.days.flatMap { day in
            ["00:00:00", "12:00:00.5", "12:00:00", "23:59:59.999999999"].map { "\(day)T\($0)Z" }
        }
        records = (0..<100).map { index in
            TestRecord.make(
                Identifier("id-\(index % 30)"), at: random.pick(times), system: random.pick(Self.systems),
                user: random.pick(Self.ids), resource: random.pick(Self.ids),
                attributes: "{\"action\":\"Read\",\"sourceIp\":\"10.0.0.\(index)\",\"number\":\(index)}")
        }
        model.put(records)
        try (writer ?? store).put(records)
        records = Array(model.records.values).sorted { $0.key < $1.key }
        // Stores look at real time, and the service's stands still.
        var settings = ServiceSettings.steady
        (settings.deadline, settings.pageTime) = (.seconds(3600), .seconds(3600))
        let service = try TestService(store, settings: settings)
        for _ in 0..<keys {
            let systems = (0..<random.number(in: 1...3)).map { _ in random.pick(Self.patterns) }
            let hidden = ["sourceIp", "number", "absent"].filter { _ in random.once(in: 2) }
            let asker = Asker(
                client: try service.client(systems: systems, hidden: hidden),
                scope: SystemScope(patterns: systems), hidden: hidden)
            try askForPages(asker)
            try askForIDs(asker)
        }
    }

    private mutating func askForPages(_ asker: Asker) throws {
        var questions = Self.systems.map { RecordQuery(systemId: $0) }
        for id in Self.ids {
            questions += [
                RecordQuery(userId: id), RecordQuery(resourceId: id),
                RecordQuery(userId: id, systemId: random.pick(Self.systems)),
                RecordQuery(systemId: random.pick(Self.systems), resourceId: id),
                RecordQuery(
                    userId: id, systemId: random.pick(Self.systems), resourceId: random.pick(Self.ids)),
            ]
        }
        for question in questions {
            var query = question
            query.order = random.pick(SortOrder.allCases)
            query.limit = random.pick([3, 100])
            if let system = query.systemId, !asker.scope.contains(system) {
                let status = asker.first(query).status
                try require(status == 403, "\(status) for \(query) of \(asker.scope)")
                continue
            }
            query.range = TimeRange(
                start: TestRecord.instant("2024-02-28T00:00:00Z"),
                end: TestRecord.instant("2024-03-02T00:00:00Z"))
            let expected = try model.matching(query, scope: asker.scope).map { try asker.shown($0) }
            let found = try asker.all(query)
            try require(
                found == expected,
                "\(found.count) records instead of \(expected.count), or others, for \(query) of \(asker.scope)"
            )
        }
    }

    private mutating func askForIDs(_ asker: Asker) throws {
        let asked = (0..<40).map { _ in random.pick(records) }
        let ids = asked.map { String(decoding: $0.key.id, as: UTF8.self) }
        let expected: [String?] = try asked.map {
            try asker.scope.contains($0.key.systemId) ? asker.shown($0) : nil
        }
        let batch = asker.client.batch(ids)
        let found = (batch.json["records"] as? [Any] ?? []).map { ($0 as? [String: Any]).map(Asker.text) }
        try require(
            batch.status == 200 && found == expected, "another batch for \(asker.scope): \(batch.text)")
        for (id, expected) in zip(ids, expected).prefix(10) {
            let answer = asker.client.send("GET", "/v1/records/\(id)")
            try require(answer.status == (expected == nil ? 404 : 200), "\(answer.status) for \(id)")
            if let expected {
                try require(Asker.text(answer.json) == expected, "another record: \(answer.text)")
            }
        }
    }
}

/// A client with a key, and what the key may see.
private struct Asker {
    let client: Client
    let scope: SystemScope
    let hidden: [String]

    func first(_ query: RecordQuery) -> Response { client.records(text(query)) }

    func all(_ query: RecordQuery) throws -> [String] {
        var found: [String] = []
        var page = first(query)
        try untilDone("the last page of \(query)") {
            try require(page.status == 200, "\(page.status) \(page.text) for \(query)")
            found += page.records.map(Self.text)
            guard let cursor = page.nextCursor else { return true }
            page = client.records("cursor=\(cursor)")
            return false
        }
        return found
    }

    /// A record as the key may see it.
    func shown(_ record: AuditRecord) throws -> String {
        let attributes =
            try JSONSerialization.jsonObject(with: Data(record.attributes)) as? [String: Any] ?? [:]
        return Self.text([
            "id": String(decoding: record.key.id, as: UTF8.self), "auditId": record.key.auditId.description,
            "timestamp": String(decoding: record.key.timestamp, as: UTF8.self),
            "systemId": record.key.systemId.description, "userId": record.userId.description,
            "resourceId": record.resourceId.description,
            "attributes": attributes.filter { !hidden.contains($0.key) },
        ])
    }

    /// One text for all spellings of a record.
    static func text(_ record: [String: Any]) -> String {
        let data = try? JSONSerialization.data(withJSONObject: record, options: .sortedKeys)
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    private func text(_ query: RecordQuery) -> String {
        var parts = [
            "startDate=2024-02-28", "endDate=2024-03-01", "order=\(query.order.rawValue)",
            "limit=\(query.limit)",
        ]
        for (name, id) in [
            ("userId", query.userId), ("systemId", query.systemId), ("resourceId", query.resourceId),
        ] {
            if let id { parts.append("\(name)=\(encoded(id.description))") }
        }
        return parts.joined(separator: "&")
    }
}
