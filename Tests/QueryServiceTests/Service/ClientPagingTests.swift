@testable import QueryService
import TestSupport
import Testing
@testable import JSONBytes
@testable import StoreConformance
@testable import AuditStores
@testable import AuditRecords
@testable import DemoData
@testable import SQLiteRecords

/// Paging as clients do it: through requests and answers alone.
@Suite struct ClientPagingTests {
    @Test func `a client that follows nextCursor reads every matching record once and in order`() throws {
        forAll(cases: 20) { random in
            let vocabulary = Vocabulary(&random)
            let records = (0..<random.number(in: 0...120)).map { _ in vocabulary.record(&random) }
            var model = RecordModel()
            model.put(records)
            let folder = try TemporaryFolder()
            let store: any RecordStore =
                random.once(in: 2)
                ? SQLiteStore(writing: folder.file("audit.db")) : NaiveStore(random: random.fork())
            try store.load(records, &random)
            try store.probe()
            let test = try TestService(store)
            for _ in 0..<6 {
                let scope = vocabulary.scope(&random)
                guard !scope.patterns.isEmpty else { continue }
                let client = scope == .all ? test.admin : try test.client(systems: scope.patterns)
                let query = vocabulary.query(&random)
                try Reading(client: client, query: query, scope: scope, model: model).check(&random)
            }
        }
    }
}

/// One client's reading of all pages of one question.
private struct Reading {
    let client: Client
    let query: RecordQuery
    let scope: SystemScope
    let model: RecordModel

    func check(_ random: inout SplitMix64) throws {
        let parameters = parameters()
        var response = ask(parameters, cursor: nil, &random)
        if let system = query.systemId, !scope.contains(system) {
            try require(response.status == 403, "\(response.status) for a system that the key may not see")
            return
        }
        var keys: [RecordKey] = []
        for _ in 0..<10_000 {
            try require(response.status == 200, "\(response.status) \(response.text) for \(parameters)")
            try require(response.records.count <= query.limit, "too many records on a page")
            try require(response.json["count"] as? Int == response.records.count, "count is wrong")
            keys += try response.ids.map { id in
                guard let key = RecordKey(id: Array(id.utf8)) else {
                    throw Falsified(description: "\(id) is no id")
                }
                return key
            }
            let hasMore = response.json["hasMore"] as? Bool
            try require(hasMore == (response.nextCursor != nil), "hasMore does not fit nextCursor")
            guard let cursor = response.nextCursor else { break }
            response = ask(random.once(in: 2) ? [:] : parameters, cursor: cursor, &random)
        }
        let expected = model.matching(query, scope: scope).map(\.key)
        try require(keys == expected, "\(keys.count) records instead of \(expected.count) for \(parameters)")
    }

    private func ask(_ parameters: [String: String], cursor: String?, _ random: inout SplitMix64) -> Response
    {
        var members = parameters
        members["cursor"] = cursor
        if random.once(in: 3) {
            var body: [UInt8] = Array("{".utf8)
            for (name, value) in members {
                if body.count > 1 { body.append(json: ",") }
                body.append(jsonString: name.utf8)
                body.append(json: ":")
                if name == "limit" { body += Array(value.utf8) } else { body.append(jsonString: value.utf8) }
            }
            return client.post(String(decoding: body, as: UTF8.self) + "}")
        }
        return client.records(members.map { "\($0)=\(encoded($1))" }.joined(separator: "&"))
    }

    private func parameters() -> [String: String] {
        var parameters = ["limit": "\(query.limit)", "order": query.order.rawValue]
        parameters["userId"] = query.userId?.description
        parameters["systemId"] = query.systemId?.description
        parameters["resourceId"] = query.resourceId?.description
        parameters["filter"] = query.filter?.description
        parameters["search"] = query.search?.description
        parameters["startDate"] = query.stated.start.map(Self.text)
        // The end is inclusive: the nanosecond before.
        parameters["endDate"] = query.stated.end.map { end in
            let isWhole = end.nanoseconds == 0
            return Self.text(
                Timestamp(
                    seconds: end.seconds - (isWhole ? 1 : 0),
                    nanoseconds: isWhole ? 999_999_999 : end.nanoseconds - 1))
        }
        return parameters
    }

    private static func text(_ instant: Timestamp) -> String {
        String(decoding: instant.text(fractionDigits: 9), as: UTF8.self)
    }
}
