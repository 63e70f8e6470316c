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
    static let systems: [Identifier] = [
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
                attributes:
                    "{\"action\":\"Read\",\"kind\":\"k\(index % 3)_\",\"sourceIp\":\"10.0.0.\(index)\",\"number\":\(index)}"
            )
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
            try askForSystems(asker)
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
        questions += [RecordQuery(), RecordQuery(), RecordQuery()]
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
            let condition = Condition(&random)
            let passing = try model.matching(query, scope: asker.scope).filter {
                try condition.holds($0, hidden: asker.hidden)
            }
            let expected = try passing.map { try asker.shown($0) }
            let found = try asker.all(query, condition)
            try require(
                found == expected,
                "\(found.count) records instead of \(expected.count), or others, for \(query) with "
                    + "\(condition.parameters) of \(asker.scope)"
            )
            try requireCount(of: passing, query, condition, asker)
        }
    }

    /// Of the records that pass, by something that every record has, or that may be hidden.
    private mutating func requireCount(
        of passing: [AuditRecord], _ query: RecordQuery, _ condition: Condition, _ asker: Asker
    ) throws {
        let key = random.pick(["systemId", "day", "sourceIp"])
        // As bytes: a Swift string equals another one of other code points.
        var expected: [[UInt8]: Int] = [:]
        for record in passing {
            let value =
                switch key {
                case "systemId": record.key.systemId.description
                case "day": String(decoding: record.key.timestamp.prefix(10), as: UTF8.self)
                default: try asker.visible(record)[key] as? String ?? "none"
                }
            expected[Array(value.utf8), default: 0] += 1
        }
        let answer = try asker.count(query, condition, by: key)
        let groups = (answer["groups"] as? [[String: Any]] ?? []).map { group in
            let value = (group["by"] as? [String: Any])?[key] as? String ?? "none"
            return (Array(value.utf8), group["count"] as? Int ?? -1)
        }
        try require(
            answer["count"] as? Int == passing.count && Dictionary(groups) { _, _ in -1 } == expected,
            "\(answer) instead of \(expected) for \(query) with \(condition.parameters) of \(asker.scope)")
    }

    private func askForSystems(_ asker: Asker) throws {
        let answer = asker.client.send("GET", "/v1/names", query: "kind=system&limit=1000")
        let names = (answer.json["names"] as? [String] ?? []).map { Identifier($0) }
        let there = Set(records.map(\.key.systemId)).filter { asker.scope.contains($0) }
        try require(
            answer.status == 200 && names.allSatisfy { asker.scope.contains($0) }
                && there.isSubset(of: names), "\(answer.text) for \(asker.scope)")
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

/// What is asked of records besides: a filter, a search, both or neither.
private struct Condition {
    private static func text(_ text: String) -> ReferenceFilter.Operand { .string(Array(text.utf8)) }
    private static let filters: [(text: String, reference: ReferenceFilter)] = [
        ("action eq \"Read\"", .compare(["action"], "eq", text("Read"))),
        ("sourceIp sw \"10.0.0.1\"", .compare(["sourceIp"], "sw", text("10.0.0.1"))),
        ("not (sourceIp pr)", .not(.present(["sourceIp"]))),
        (
            "number ge 50 or userId eq \"u#\"",
            .any([.compare(["number"], "ge", .number("50")), .compare(["userId"], "eq", text("u#"))])
        ),
        (
            "kind eq \"k1_\" and number lt 80",
            .all([.compare(["kind"], "eq", text("k1_")), .compare(["number"], "lt", .number("80"))])
        ),
        (
            "kind eq \"k2_\" and sourceIp ne \"10.0.0.2\"",
            .all([.compare(["kind"], "eq", text("k2_")), .compare(["sourceIp"], "ne", text("10.0.0.2"))])
        ),
    ]
    private static let searches = [["READ"], ["10.0.0.1"], ["0.0.2", "id-2"], ["none"], ["k1_"]]

    private let filter: (text: String, reference: ReferenceFilter)?
    private let words: [String]

    init(_ random: inout SplitMix64) {
        filter = random.once(in: 2) ? random.pick(Self.filters) : nil
        words = random.once(in: 4) ? random.pick(Self.searches) : []
    }

    /// As a question has them.
    var parameters: [String] {
        (filter.map { ["filter=\(encoded($0.text))"] } ?? [])
            + (words.isEmpty ? [] : ["search=\(encoded(words.joined(separator: " ")))"])
    }

    /// By the plain evaluators, of a record without what is hidden.
    func holds(_ record: AuditRecord, hidden: [String]) throws -> Bool {
        let tree = try hidden.reduce(Tree(json: record.attributes)) { $0.without([Identifier($1)]) }
        return filter?.reference.holds(record, tree) ?? true
            && ReferenceSearch(words).holds(ReferenceSearch.strings(of: record, tree))
    }
}

/// A client with a key, and what the key may see.
private struct Asker {
    let client: Client
    let scope: SystemScope
    let hidden: [String]

    func first(_ query: RecordQuery, _ condition: [String] = []) -> Response {
        let page = ["order=\(query.order.rawValue)", "limit=\(query.limit)"]
        return client.records((parameters(query) + page + condition).joined(separator: "&"))
    }

    func all(_ query: RecordQuery, _ condition: Condition) throws -> [String] {
        var found: [String] = []
        var page = first(query, condition.parameters)
        try untilDone("the last page of \(query)") {
            try require(page.status == 200, "\(page.status) \(page.text) for \(query)")
            found += page.records.map(Self.text)
            guard let cursor = page.nextCursor else { return true }
            page = client.records("cursor=\(cursor)")
            return false
        }
        return found
    }

    /// How many there are, and in which groups.
    func count(_ query: RecordQuery, _ condition: Condition, by key: String) throws -> [String: Any] {
        let parameters = parameters(query) + condition.parameters + ["by=\(key)", "top=1000"]
        let answer = client.send("GET", "/v1/records/count", query: parameters.joined(separator: "&"))
        try require(
            answer.status == 200 && answer.json["hasMore"] as? Bool == false,
            "\(answer.status) \(answer.text) for \(parameters)")
        return answer.json
    }

    /// What the key may see of a record's attributes.
    func visible(_ record: AuditRecord) throws -> [String: Any] {
        let attributes =
            try JSONSerialization.jsonObject(with: Data(record.attributes)) as? [String: Any] ?? [:]
        return attributes.filter { !hidden.contains($0.key) }
    }

    /// A record as the key may see it.
    func shown(_ record: AuditRecord) throws -> String {
        Self.text([
            "id": String(decoding: record.key.id, as: UTF8.self), "auditId": record.key.auditId.description,
            "timestamp": String(decoding: record.key.timestamp, as: UTF8.self),
            "systemId": record.key.systemId.description, "userId": record.userId.description,
            "resourceId": record.resourceId.description,
            "attributes": try visible(record),
        ])
    }

    /// One text for all spellings of a record.
    static func text(_ record: [String: Any]) -> String {
        let data = try? JSONSerialization.data(withJSONObject: record, options: .sortedKeys)
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    private func parameters(_ query: RecordQuery) -> [String] {
        var parts = ["startDate=2024-02-28", "endDate=2024-03-01"]
        for (name, id) in [
            ("userId", query.userId), ("systemId", query.systemId), ("resourceId", query.resourceId),
        ] {
            if let id { parts.append("\(name)=\(encoded(id.description))") }
        }
        return parts
    }
}
