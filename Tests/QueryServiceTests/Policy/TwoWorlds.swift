import TestSupport
@testable import QueryService
@testable import AuditStores
@testable import AuditRecords
@testable import DemoData
@testable import StoreConformance

/// Two services for one narrow key: a real one with all records, and a bare one that never had what the key may not see.
/// Whatever the key asks, with whatever it may have stolen from the real one's other keys, both must answer alike.
struct TwoWorlds {
    private var random: SplitMix64
    private let real: Client
    private let bare: Client
    private let admin: Client
    private let others: [Client]
    private let clock: ManualClock
    private let hiddenRecords: [AuditRecord]
    private let records: [AuditRecord]

    /// Ids, cursors and tags that came with answers to anybody.
    private var ids: [String] = ["garbage", "AAAA"]
    private var cursors: [String] = []
    private var tags: [String] = ["*"]

    private static let visible: [Identifier] = ["billing", "crm-eu", "crm-us"]
    private static let hidden: [Identifier] = ["HIDDEN-payroll", "crmHIDDEN", "billingHIDDEN", "crHIDDEN"]
    private static let patterns = ["billing", "crm-*"]

    /// An erratic real store ends pages early, by which the answers may differ. `makeStore` makes other stores. A key that nothing is
    /// hidden from sees all of the records of its systems.
    init(
        random: SplitMix64, isErratic: Bool, recordCount: Int = 80, hides: Bool = true,
        settings: ServiceSettings = ServiceSettings.steady,
        makeStore: (([AuditRecord]) throws -> any RecordStore)? = nil
    ) throws {
        self.random = random
        var records: [AuditRecord] = []
        for index in 0..<recordCount { records.append(Self.record(index, &self.random)) }
        self.records = records
        hiddenRecords = records.filter { Self.hidden.contains($0.key.systemId) }
        let seen = records.filter { Self.visible.contains($0.key.systemId) }.map { record in
            guard hides else { return record }
            return AuditRecord(
                key: record.key, userId: record.userId, resourceId: record.resourceId,
                attributes: Array(Self.openAttributes(of: record.userId).utf8))
        }
        clock = ManualClock()
        let naive = NaiveStore(records, random: isErratic ? self.random.fork() : nil)
        let all = try TestService(try makeStore?(records) ?? naive, clock: clock, settings: settings)
        let some = try TestService(
            try makeStore?(seen) ?? NaiveStore(seen), clock: clock, settings: settings)
        let hidden = hides ? Self.hiddenAttributes : []
        real = try all.client(systems: Self.patterns, hidden: hidden)
        bare = try some.client(systems: Self.patterns, hidden: hidden)
        admin = all.admin
        others = [
            try all.client(systems: ["*"], hidden: ["x"]),
            try all.client(systems: Self.hidden.map(\.description)),
        ]
    }

    private static func record(_ index: Int, _ random: inout SplitMix64) -> AuditRecord {
        let isHidden = random.once(in: 2)
        let system = isHidden ? random.pick(hidden) : random.pick(visible)
        // Some users and resources have records on both sides.
        let instant = Day(daysSince1970: 19_780 + random.number(below: 4)).start
            .advanced(bySeconds: Int64(random.number(below: 3)))
        let user: Identifier = random.pick(isHidden ? ["u", "v", "HIDDEN-user"] : ["u", "v"])
        return AuditRecord(
            key: RecordKey(
                systemId: system, instant: instant,
                auditId: Identifier("\(isHidden ? "HIDDEN" : "id")-\(index)")),
            userId: user,
            resourceId: random.pick(isHidden ? ["r", "HIDDEN-resource"] : ["r", "s"]),
            attributes: attributes(of: user, &random))
    }

    private static let hiddenAttributes = ["SECRETNAME", "list.at.SECRETPLACE"]

    /// A text that stores find by indexes and by conditions of their own is among them.
    private static func openAttributes(of user: Identifier) -> String {
        "{\"open\":1,\"word\":\"of \(user)\",\"list\":[{\"at\":{}},{\"at\":{\"n\":2}}],\"elsewhere\":3}"
    }

    /// About what is hidden, at every place where it may stand, and what is not.
    private static let filters = [
        "SECRETNAME pr", "not (SECRETNAME pr)", "SECRETNAME eq \"SECRETVALUE\"", "SECRETNAME ge 17",
        "SECRETNAME.open co \"SECRET\"", "list.SECRETNAME ne 17", "list.at.SECRETNAME pr",
        "list.at.SECRETPLACE pr",
        "list[at.SECRETPLACE pr or SECRETNAME pr]", "list[not (at[SECRETPLACE pr]) and at.n eq 2]",
        "list[at pr]",
        "list.SECRETPLACE pr or open eq 1", "open gt 1", "elsewhere eq 3 and userId eq \"u\"",
        "word eq \"of u\"", "word eq \"of v\" and list.at.n eq 2", "word eq \"of HIDDEN-user\"",
        "word eq \"of u\" and SECRETNAME eq \"SECRETVALUE\"", "list[at.SECRETPLACE eq \"SECRETVALUE\"]",
        "auditId co \"HIDDEN\"", "systemId sw \"crm\"", "timestamp ge \"2024-02-28T00:00:01Z\"",
    ]

    private static let searches = [
        "SECRETVALUE", "secretname", "secretvalue id-", "hidden", "HIDDEN-user", "crm", "id-1", "Billing id-",
        "17_", "secretplace",
    ]

    /// The open attributes, and hidden ones among them, at the top and in objects of a list.
    private static func attributes(of user: Identifier, _ random: inout SplitMix64) -> [UInt8] {
        func hidden(_ names: [String]) -> String {
            guard random.once(in: 2) else { return "" }
            let value = random.pick([
                "\"SECRETVALUE\"", "{\"open\":[\"SECRETVALUE\"]}", "[{\"at\":{}}]", "17",
            ])
            return "\"\(random.pick(names))\":\(value),"
        }
        let names = ["SECRETNAME", "\\u0053ECRETNAME"]
        let (top, inside) = (hidden(names), hidden(names + ["SECRETPLACE"]))
        return Array(
            "{\(top)\"open\":1,\"word\":\"of \(user)\",\"list\":[{\(hidden(names))\"at\":{}},{\"at\":{\(inside)\"n\":2}}],\"elsewhere\":3}"
                .utf8)
    }

    /// What may stand nowhere.
    var secrets: [String] {
        ["HIDDEN", "SECRETNAME", "SECRETPLACE", "SECRETVALUE"]
            + hiddenRecords.map { String(decoding: $0.key.id, as: UTF8.self) }
    }

    /// What rows may have, what is hidden among it.
    private static let columns = [
        "auditId,SECRETNAME", "list.at.SECRETPLACE,open", "attributes,list.at,SECRETNAME.open",
        "list.SECRETNAME",
    ]

    /// An answer without the names that who asked has given: of a count, and of rows.
    static func withoutAskedKeys(_ answer: String, to question: String) -> String {
        let answer = columns.reduce(answer) { $0.replacing("\n\($1)\r\n", with: "\n") }
        guard question.contains("/v1/records/count?") else { return answer }
        return keys.reduce(answer) { $0.replacing("\"\($1)\":", with: "") }
    }

    /// Asks both so many questions, and requires of each the same answer.
    mutating func requireAlike(questions: Int = 60) throws {
        for _ in 0..<questions {
            let (question, real, bare) = ask()
            try require(real == bare, "\(question)\n\(real)\nwithout the hidden records:\n\(bare)")
        }
    }

    /// Sends one question of the narrow key to both services, after others may have asked the real one the same.
    mutating func ask() -> (question: String, real: String, bare: String) {
        let request = question()
        if random.once(in: 2) { learn(from: sent(request, by: admin)) }
        if random.once(in: 4) { learn(from: sent(request, by: random.pick(others))) }
        if random.once(in: 10) { clock.advance(by: .seconds(random.number(in: 1...400))) }
        let (answer, other) = (sent(request, by: real), sent(request, by: bare))
        learn(from: answer)
        let text =
            "\(request.method) \(request.path)?\(String(decoding: request.query, as: UTF8.self)) "
            + String(decoding: (try? request.body.get()) ?? [], as: UTF8.self)
        return (text, Self.text(answer), Self.text(other))
    }

    private func sent(_ request: Request, by client: Client) -> Response {
        client.send(request.method, request.path) { sent in
            sent = request
            sent.apiKey = client.secret
            sent.received = clock.steady
        }
    }

    private mutating func learn(from response: Response) {
        ids += response.ids
        if let cursor = response.nextCursor ?? response.linkedCursor { cursors.append(cursor) }
        if let tag = response.header("ETag") { tags.append(tag) }
    }

    private mutating func question() -> Request {
        var request = Request(method: "GET", path: "/v1/records", id: "request-1")
        switch random.number(below: 12) {
        case 0...2: request.query = Array(parameters().utf8)
        case 3 where !cursors.isEmpty:
            let others = random.once(in: 2) ? "" : "&\(parameters())"
            request.query = Array("cursor=\(random.pick(cursors))\(others)".utf8)
        case 4:
            var members = ["userId", "systemId", "resourceId"].filter { _ in random.once(in: 2) }
                .map { "\"\($0)\":\"\(value($0))\"" }
            if random.once(in: 2) {
                members.append("\"filter\":\"\(random.pick(Self.filters).replacing("\"", with: "\\\""))\"")
            }
            if random.once(in: 3) { members.append("\"search\":\"\(random.pick(Self.searches))\"") }
            post(&request, "/v1/records/query", "{\(members.joined(separator: ","))}")
        case 5: request.path = "/v1/records/\(id())"
        case 6...8: askHowMany(&request)
        case 9:
            request.path = "/v1/names"
            let kind = random.pick(NameKind.allCases).rawValue
            let prefix = random.once(in: 2) ? "&prefix=\(random.pick(["HID", "crm", "u", "b"]))" : ""
            request.query = Array("kind=\(kind)&limit=\(random.pick([1, 2, 100]))\(prefix)".utf8)
        default:
            let ids = (0..<random.number(in: 1...6)).map { _ in "\"\(id())\"" }
            post(&request, "/v1/records/batch", "{\"ids\":[\(ids.joined(separator: ","))]}")
        }
        if random.once(in: 3) {
            request.accept = random.pick([
                "text/csv", "application/x-ndjson", "application/x-ndjson, */*;q=0.1",
            ])
        }
        if random.once(in: 3) { request.ifNoneMatch = random.pick(tags) }
        if random.once(in: 5) { request.cacheControl = "no-cache" }
        if request.method == "GET", random.once(in: 6) { request.method = "HEAD" }
        return request
    }

    private mutating func askHowMany(_ request: inout Request) {
        request.path = "/v1/records/count"
        if !cursors.isEmpty, random.once(in: 4) {
            request.query = Array("cursor=\(random.pick(cursors))".utf8)
            return
        }
        let keys = Set((0..<random.number(below: 3)).map { _ in random.pick(Self.keys) }).sorted()
        var parameters = parameters(isCount: true).map { [$0] } ?? []
        parameters += keys.map { "by=\(encoded($0))" }
        if random.once(in: 3) { parameters.append("top=\(random.pick([1, 2, 1000]))") }
        request.query = Array(parameters.joined(separator: "&").utf8)
    }

    /// What is hidden at every place where it may stand, and what is not.
    private static let keys = [
        "day", "hour", "systemId", "userId", "resourceId", "auditId", "SECRETNAME", "SECRETNAME.open",
        "list.at.SECRETPLACE", "list.SECRETPLACE", "list.at.n", "open", "word", "list.at", "elsewhere",
    ]

    private func post(_ request: inout Request, _ path: String, _ body: String) {
        request.method = "POST"
        request.path = path
        request.contentType = "application/json"
        request.body = .success(Array(body.utf8))
    }

    private mutating func parameters() -> String { parameters(isCount: false) ?? "" }

    /// Nil for none.
    private mutating func parameters(isCount: Bool) -> String? {
        var parameters = ["userId", "systemId", "resourceId"].filter { _ in random.once(in: 2) }
            .map { "\($0)=\(value($0))" }
        if !isCount, random.once(in: 2) { parameters.append("limit=\(random.pick([1, 2, 5, 1000]))") }
        if !isCount, random.once(in: 2) { parameters.append("order=\(random.pick(["asc", "desc"]))") }
        if !isCount, random.once(in: 3) { parameters.append("columns=\(encoded(random.pick(Self.columns)))") }
        if random.once(in: 3) { parameters.append("startDate=2024-02-\(random.number(in: 27...29))") }
        if random.once(in: 4) { parameters.append("endDate=2024-03-01") }
        if random.once(in: 2) { parameters.append("filter=\(encoded(random.pick(Self.filters)))") }
        if random.once(in: 3) { parameters.append("search=\(encoded(random.pick(Self.searches)))") }
        return parameters.isEmpty ? nil : parameters.joined(separator: "&")
    }

    private mutating func value(_ name: String) -> String {
        switch name {
        case "userId": random.pick(["u", "v", "HIDDEN-user", "none"])
        case "resourceId": random.pick(["r", "s", "HIDDEN-resource", "none"])
        default: random.pick((Self.visible + Self.hidden).map(\.description) + ["none", "crm", "crm-none"])
        }
    }

    private mutating func id() -> String {
        random.once(in: 2) ? random.pick(ids) : String(decoding: random.pick(records).key.id, as: UTF8.self)
    }

    /// All of an answer but what differs from one asking to the next: how long it took and the key's own id.
    private static func text(_ response: Response) -> String {
        let headers = response.headers.lines.filter {
            $0.name != "Server-Timing" && $0.name != "X-Audit-Key-Id"
        }
        .map { "\($0.name): \($0.value)" }
        return (["\(response.status)"] + headers + [response.text]).joined(separator: "\n")
    }
}
