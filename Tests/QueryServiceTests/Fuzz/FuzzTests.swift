@testable import QueryService
import Foundation
import TestSupport
import Testing
@testable import StoreConformance
@testable import AuditRecords

/// What clients send, changed at random: the service answers each in one of the ways that it promises, shows nobody what
/// is not for them, and has no fault. scripts/fuzz does the same for longer.
@Suite struct FuzzTests {
    private let test: TestService
    private let limited: Client
    private let cases = 1500

    init() throws {
        let records = (0..<40).map { number in
            TestRecord.make(
                Identifier("audit-\(number)"), at: "2024-02-\(10 + number % 20)T12:00:00.\(number)Z",
                system: Identifier(number.isMultiple(of: 2) ? "open" : "payroll"), user: "u",
                attributes: "{\"seen\":\(number),\"hidden\":\"TOP-SECRET\"}")
        }
        test = try TestService(ScriptedStore(records))
        limited = try test.client(systems: ["open"], hidden: ["hidden"])
    }

    private static let tokens = [
        "userId=", "systemId=payroll", "resourceId", "startDate=", "endDate=2024-02-29", "limit=",
        "order=asc",
        "cursor=", "filter=", "seen+gt+3", "+and+hidden+pr", "+or+not+(", "list%5B", "%22", "&", "=", "%",
        "%00", "%FF", "%2", "+", "9999-12-31", "0001-01-01", "T23:59:59.999999999Z",
        "+14:00", "-23:59", "1000", "0", "-1", "1e3", "18446744073709551616", "\"", "\\u0000", "\\ud800", "{",
        "}", "[",
        "]", ":", ",", "null", "true", "\u{FEFF}", "é", "\u{1F469}\u{200D}\u{1F4BB}", "../", "\r\n", "*",
    ]

    private func mutator(_ name: String) throws -> Mutator {
        try Mutator(
            corpus: "\(Place.package)/Tests/QueryServiceTests/Fuzz/corpus/\(name).txt", tokens: Self.tokens)
    }

    /// What must hold of each answer.
    private func check(_ response: Response, allowed: Set<Int>, isLimited: Bool = false) throws {
        try require(
            allowed.contains(response.status), "status \(response.status): \(response.text.prefix(300))")
        if response.status == 304 { return }
        let json = try? JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any]
        try require(json != nil, "no JSON: \(response.text.prefix(300))")
        if response.status >= 400 {
            try require(json?["status"] as? Int == response.status, "the problem has another status")
            if response.status == 400 {
                try require((json?["errors"] as? [Any])?.isEmpty == false, "400 names no parameter")
            }
            try require(!response.text.contains("audit-1"), "a problem has records")
        }
        guard isLimited else { return }
        try require(!response.text.contains("TOP-SECRET"), "a hidden attribute is shown")
        try require(!response.text.contains("\"systemId\":\"payroll\""), "a hidden system is shown")
    }

    /// Both clients, and each twice: what is cached answers as what was read.
    private func checkBoth(_ allowed: Set<Int>, _ ask: (Client) -> Response) throws {
        for (client, isLimited) in [(test.admin, false), (limited, true)] {
            let first = ask(client)
            try check(first, allowed: allowed, isLimited: isLimited)
            let second = ask(client)
            try require(first.status == second.status, "\(first.status), then \(second.status)")
            try require(first.status != 200 || first.body == second.body, "the second answer is another one")
        }
    }

    @Test func `query strings`() throws {
        fuzz(try mutator("query"), cases: cases) { input in
            try checkBoth([200, 400, 403]) { $0.send("GET", "/v1/records") { $0.query = input } }
        }
    }

    @Test func `bodies of queries`() throws {
        fuzz(try mutator("body"), cases: cases) { input in
            try checkBoth([200, 400, 403]) { $0.post("") { $0.body = .success(input) } }
        }
    }

    @Test func `bodies of batches`() throws {
        let page = test.admin.records("userId=u&limit=3")
        let seed = "{\"ids\":[\"\(page.ids.joined(separator: "\",\""))\"]}"
        let seeds = try mutator("batch").seeds + [Array(seed.utf8)]
        fuzz(Mutator(seeds, tokens: Self.tokens + page.ids), cases: cases) { input in
            try checkBoth([200, 400]) {
                $0.send("POST", "/v1/records/batch", body: "") { $0.body = .success(input) }
            }
        }
    }

    @Test func `a cursor that was changed in any way is refused`() throws {
        let cursors = [
            "userId=u&limit=2", "systemId=open&limit=1", "userId=u&order=asc&limit=3&startDate=2024-02-01",
        ]
        .compactMap { test.admin.records($0).json["nextCursor"] as? String }
        try #require(cursors.count == 3)
        let seeds = cursors.map { Array($0.utf8) }
        fuzz(Mutator(seeds, tokens: Self.tokens + ["A", "_", "-", "=", "=="]), cases: cases) { input in
            let isIssued = seeds.contains(input)
            let own = test.admin.send("GET", "/v1/records") {
                $0.query = Array("cursor=".utf8) + encoded(input)
            }
            try check(own, allowed: isIssued ? [200] : [400])
            let others = limited.send("GET", "/v1/records") {
                $0.query = Array("cursor=".utf8) + encoded(input)
            }
            try check(others, allowed: [400], isLimited: true)
        }
    }

    @Test func `a key that was changed in any way is refused`() throws {
        let (admin, secret) = (test.admin, test.admin.secret)
        fuzz(Mutator([Array(secret.utf8)], tokens: Self.tokens + ["Bearer ", "aq_"]), cases: cases) { input in
            let text = String(decoding: input, as: UTF8.self)
            let isKey = text == secret
            // Any number of spaces may stand between Bearer and the token (RFC 6750 section 2.1).
            let isToken = Array(text.utf8.drop { $0 == UInt8(ascii: " ") }) == Array(secret.utf8)
            let response = admin.records("userId=u") { $0.apiKey = text }
            try check(response, allowed: isKey ? [200] : [401])
            let bearer = admin.records("userId=u") {
                $0.apiKey = nil
                $0.authorization = "Bearer \(text)"
            }
            try check(bearer, allowed: isToken ? [200] : [400, 401])
            let both = admin.records("userId=u") { $0.authorization = "Bearer \(text)" }
            // Another key beside the right one may not be ignored.
            guard !text.utf8.allSatisfy({ $0 <= 0x20 }) else { return }
            try check(both, allowed: isToken ? [200] : [400, 401])
        }
    }

    @Test func `paths, and ids in them`() throws {
        let ids = test.admin.records("userId=u&limit=3").ids
        let seeds = try mutator("path").seeds + ids.map { Array("/v1/records/\($0)".utf8) }
        fuzz(Mutator(seeds, tokens: Self.tokens + ["/", "/v1", "//", "/records"]), cases: cases) { input in
            try checkBoth([200, 400, 403, 404, 405]) { client in
                client.send("GET", "") { request in
                    let text = String(decoding: input, as: UTF8.self)
                    request.path = String(text.prefix { $0 != "?" })
                }
            }
        }
    }

    @Test func `headers`() throws {
        let admin = test.admin
        fuzz(try mutator("header"), cases: cases) { input in
            let text = String(decoding: input, as: UTF8.self)
            let response = admin.records("userId=u&limit=2") {
                $0.accept = text
                $0.cacheControl = text
                $0.ifNoneMatch = text
            }
            try check(response, allowed: [200, 304, 406])
            let post = admin.post("{\"userId\":\"u\"}") { $0.contentType = text }
            try check(post, allowed: [200, 415])
        }
    }

    private func encoded(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { Array(String(format: "%%%02X", $0).utf8) }
    }
}
