@testable import QueryService
import DemoData
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import StoreConformance

/// What is spelt as before is answered without being read, and nobody can tell but by the time that it takes.
@Suite struct SpellingTests {
    private static let records = (0..<60).map { (number: Int) -> AuditRecord in
        let instant = TestRecord.instant("2024-02-29T12:00:00Z").advanced(bySeconds: Int64(number))
        let words = String(repeating: "word ", count: number * 8)
        let system: Identifier = number % 3 == 0 ? "pay" : "ident"
        let user: Identifier = number % 2 == 0 ? "u" : "v"
        let resource: Identifier = number % 5 == 0 ? "r" : "s"
        let attributes = "{\"secret\":\"\(number)\",\"text\":\"\(words)\"}"
        return TestRecord.make(
            Identifier("a\(number)"), at: instant, system: system, user: user, resource: resource,
            attributes: attributes)
    }

    private static let parts: [[String]] = [
        ["userId=u", "userId=v", "userId=%75", "userId=U", "userId=u", ""],
        ["systemId=pay", "systemId=ident", "", ""],
        ["resourceId=r", "resourceId=s", "", "", ""],
        ["startDate=2024-02-01", "startDate=2024-02-29T12:00:10Z", "startDate=2024-02-29", "", ""],
        ["endDate=2024-02-29", "endDate=2024-02-29T12:00:40Z", "", ""],
        ["limit=3", "limit=7", "limit=1000", "order=asc", "", ""],
        ["filter=secret+eq+%221%22", "filter=secret+pr", "search=word", "columns=userId", "", "", ""],
    ]
    /// What is refused, or is once the clock has gone on.
    private static let faults = [
        "limit=0", "startDate=x", "systemId=other", "filter=(", "endDate=2024-01-01", "startDate=2024-03-02",
    ]

    private func query(_ random: inout SplitMix64) -> String {
        var parts = Self.parts.map { random.pick($0) }.filter { !$0.isEmpty }
        if random.once(in: 8) { parts.append(random.pick(Self.faults)) }
        if random.once(in: 4) { parts.reverse() }
        return parts.joined(separator: "&")
    }

    /// A service that reads nothing anew by itself, for that would be when it likes.
    private func service() throws -> TestService {
        var settings = ServiceSettings.steady
        settings.refreshLimit = 0
        return try TestService(ScriptedStore(Self.records), settings: settings)
    }

    @Test func `it is answered as what is read, to whoever asks, whenever`() throws {
        var (hits, byCursor) = (0, 0)
        forAll(cases: 30) { random in
            let test = try service()
            let policies: [([String], [String])] = [
                (["*"], []), (["pay"], []), (["ident", "o*"], []), (["*"], ["secret"]), (["pay"], ["secret"]),
            ]
            let clients =
                [test.admin]
                + (try (0..<2).map { _ in
                    let (systems, hidden) = random.pick(policies)
                    return try test.client(systems: systems, hidden: hidden)
                })
            var queries = (0..<4).map { _ in query(&random) }
            for turn in 0..<60 {
                let client = random.pick(clients)
                let asked = random.pick(queries)
                let accept: String? = random.pick([
                    nil, "*/*", "application/json", "text/csv", "application/x-ndjson", "image/png",
                ])
                let (takesGzip, isFresh) = (random.once(in: 2), random.once(in: 12))
                let method = random.once(in: 6) ? "HEAD" : "GET"
                func send(_ query: String) -> Response {
                    client.send(method, "/v1/records", query: query) {
                        $0.accept = accept
                        $0.takesGzip = takesGzip
                        $0.cacheControl = isFresh ? "no-cache" : nil
                    }
                }
                let got = send(asked)
                // Spelt as nobody has before: it is read, and is the same question.
                let read = send(asked + String(repeating: "&", count: turn + 1))
                let description = "\(asked) \(accept ?? "") \(got.status) \(got.header("Cache-Status") ?? "")"
                try require(got.status == read.status, description)
                if got.header("Cache-Status")?.contains("hit") == true {
                    hits += 1
                    try require(got.body == read.body, description)
                    for name in Set([
                        "ETag", "Age", "Cache-Status", "Content-Type", "Content-Encoding", "Content-Length",
                        "Link",
                    ]) {
                        try require(got.header(name) == read.header(name), "\(description) \(name)")
                    }
                }
                if queries.count < 8, let cursor = read.nextCursor {
                    queries.append(asked + "&cursor=" + cursor)
                    byCursor += 1
                }
                if random.once(in: 5) { test.clock.advance(by: .seconds(random.number(below: 320))) }
            }
        }
        #expect(hits > 200 && byCursor > 20)
    }

    @Test func `what depends on the clock, the store or a cursor is read each time`() throws {
        func isTimeless(_ query: RecordQuery) -> Bool { Question.records(query).isTimeless }
        let end = TimeRange(start: nil, end: TestRecord.instant("2024-03-01T00:00:00Z"))
        #expect(isTimeless(RecordQuery(userId: "u")) && isTimeless(RecordQuery(resourceId: "r")))
        #expect(isTimeless(RecordQuery(systemId: "s", stated: end)))
        #expect(!isTimeless(RecordQuery(systemId: "s")) && !isTimeless(RecordQuery(stated: end)))
        #expect(!isTimeless(RecordQuery(userId: "u", after: Self.records[0].key)))
        #expect(!Question.record(Self.records[0].key).isTimeless && !Question.policy.isTimeless)
    }

    @Test
    func
        `a hit is found by its spelling, and a repeated header, a revoked key or another method are refused`()
        throws
    {
        let test = try service()
        let client = try test.client()
        for _ in 0..<3 { #expect(client.records("userId=u") { $0.takesGzip = true }.auditIds.count >= 0) }
        let spelling = try #require(Spelling(request("userId=u"), .list, .unrestricted))
        #expect(
            test.service.finder.cache.hit(speltAs: spelling, takesGzip: true, now: test.clock.steady) != nil)
        #expect(client.records("userId=u") { $0.repeatedHeaders = ["X-Api-Key"] }.status == 400)
        #expect(client.send("POST", "/v1/records", query: "userId=u").status == 405)
        #expect(client.send("GET", "/v1/records/query", query: "userId=u").status == 405)
        #expect(client.send("GET", "/v1/names", query: "userId=u").status == 400)
        #expect(client.records("userId=u") { $0.accept = "image/png" }.status == 406)
        _ = try test.keyFile.revoke(id: client.id, now: test.clock.wall)
        _ = try test.keys.reload(force: true)
        #expect(client.records("userId=u").status == 401)
    }

    private func request(_ query: String) -> Request {
        Request(method: "GET", path: "/v1/records", query: Array(query.utf8), id: "1")
    }

    @Test func `a cache counts spellings, and forgets them with their answers`() throws {
        let now = ContinuousClock.now
        let cache = AnswerCache(byteLimit: 40_000, staleFor: .zero)
        let policies = [Policy.unrestricted, Policy(scope: SystemScope(patterns: ["pay"]))]
        for (number, policy) in policies.enumerated() {
            let query = RecordQuery(userId: Identifier("u\(number)"))
            let key = CacheKey(.records(query), policy: policy)
            let answer = Answer(
                body: Array(repeating: UInt8(number), count: 300), recordCount: 1, lifetime: .seconds(30),
                made: now)
            let spelling = try #require(Spelling(request("userId=u"), .list, policy))
            cache.insert(answer, for: key)
            let before = cache.usage.bytes
            #expect(cache.hit(speltAs: spelling, takesGzip: false, now: now) == nil)
            #expect(cache.note(spelling, for: key) == 0)
            #expect(
                cache.usage.bytes >= before + 32 + spelling.byteCount + 2 * MemoryLayout<(Spelling, Int)>.size
            )
            // A second spelling of one answer is not kept.
            let counted = cache.usage.bytes
            let other = try #require(Spelling(request("userId=%75"), .list, policy))
            #expect(cache.note(other, for: key) == 0 && cache.usage.bytes == counted)
            #expect(cache.hit(speltAs: other, takesGzip: false, now: now) == nil)
            // A later answer takes it over.
            cache.insert(answer, for: key)
            #expect(cache.usage.bytes == counted)
            #expect(cache.hit(speltAs: spelling, takesGzip: false, now: now)?.body == answer.body)
            #expect(cache.hit(speltAs: spelling, takesGzip: false, now: now + .seconds(30)) == nil)
        }
        // Others take their places: so many that neither of them is the one that is free in the end.
        for number in 0..<110 {
            let key = CacheKey(.batch([[UInt8(number)]]), policy: .unrestricted)
            cache.insert(
                Answer(
                    body: Array(repeating: 1, count: 1000), recordCount: 1, lifetime: .seconds(30), made: now),
                for: key)
        }
        for policy in policies {
            let spelling = try #require(Spelling(request("userId=u"), .list, policy))
            #expect(cache.hit(speltAs: spelling, takesGzip: false, now: now) == nil)
        }
        let key = CacheKey(.batch([[99]]), policy: .unrestricted)
        let long = try #require(
            Spelling(request(String(repeating: "&", count: 39_000)), .list, .unrestricted))
        #expect(cache.note(long, for: key) > 1)
        #expect(cache.usage.bytes <= 40_000)
    }
}
