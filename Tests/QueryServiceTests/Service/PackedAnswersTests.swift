@testable import QueryService
import Gzip
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import StoreConformance

/// Answers are kept in gzip, and sent so to who takes it; everybody else gets the same bytes as they are.
@Suite struct PackedAnswersTests {
    private static let limit = 64 << 20

    /// A store with records of so many bytes each, all of one user.
    private func service(
        records: Int = 10, of byteCount: Int = 400, cacheBytes: Int? = nil, answerBytes: Int? = nil
    ) throws -> TestService {
        var settings = ServiceSettings.steady
        if let cacheBytes { settings.cacheByteLimit = cacheBytes }
        if let answerBytes { settings.answerByteLimit = answerBytes }
        return try TestService(ScriptedStore(made(records, byteCount)), settings: settings)
    }

    private func made(_ count: Int, _ byteCount: Int) -> [AuditRecord] {
        (0..<count).map { number in
            let text = (0..<max(1, byteCount / 8)).map { "\(number &* 31 &+ $0 &* 7919) " }.joined()
            return TestRecord.make(
                Identifier("a\(number)"), at: "2024-02-29T12:00:00Z", user: "u",
                attributes: "{\"n\":\(number),\"text\":\"\(text.prefix(byteCount))\"}")
        }
    }

    private func unpacked(_ response: Response) throws -> [UInt8] {
        guard response.header("Content-Encoding") == "gzip" else { return response.body }
        return try Gzip.decompress(response.body, limit: Self.limit)
    }

    @Test(arguments: [(1, 1), (1, 900), (3, 300), (10, 400), (100, 600), (150, 600), (1000, 3000)])
    func `both forms have the same bytes, fresh and cached, by every method`(_ count: Int, _ size: Int) throws
    {
        let test = try service(records: count, of: size)
        let client = test.admin
        let query = "userId=u&limit=1000"
        // A first one of each, then often enough that a plain one is kept.
        let expected = try unpacked(client.records(query) { $0.takesGzip = true })
        #expect(try service(records: count, of: size).admin.records(query).body == expected)
        for turn in 0..<6 {
            for takesGzip in [true, false] {
                let got = client.records(query) { $0.takesGzip = takesGzip }
                let isPacked = takesGzip && expected.count >= 1024
                #expect(got.header("Content-Encoding") == (isPacked ? "gzip" : nil), "\(turn)")
                #expect(got.header("Content-Length") == String(got.body.count))
                let isEqual = try unpacked(got) == expected
                #expect(isEqual && (isPacked || got.body == expected), "\(turn) \(takesGzip)")
                let head = client.send("HEAD", "/v1/records", query: query) { $0.takesGzip = takesGzip }
                #expect(head.body.isEmpty)
                for name in ["Content-Length", "Content-Encoding", "ETag", "Vary", "Content-Type"] {
                    #expect(head.header(name) == got.header(name), "\(name)")
                }
                let post = client.post("{\"userId\":\"u\",\"limit\":1000}") { $0.takesGzip = takesGzip }
                #expect(post.body == got.body && post.header("ETag") == got.header("ETag"))
            }
        }
    }

    @Test func `every route's answer is the same in both forms`() throws {
        let test = try service(records: 60)
        let client = test.admin
        let ids = client.records("userId=u&limit=40").ids
        try #require(ids.count == 40)
        let list = ids.map { "\"\($0)\"" }.joined(separator: ",")
        let asked: [(String, String, String, String?)] = [
            ("GET", "/v1/records/\(ids[0])", "", nil),
            ("POST", "/v1/records/batch", "", "{\"ids\":[\(list)]}"),
            ("GET", "/v1/records/count", "by=resourceId&by=n&userId=u&top=1000", nil),
            ("GET", "/openapi.json", "", nil), ("GET", "/healthz", "", nil),
            ("GET", "/v1/records", "limit=0", nil),
        ]
        for (method, path, query, body) in asked {
            let plain = client.send(method, path, query: query, body: body)
            let packed = client.send(method, path, query: query, body: body) { $0.takesGzip = true }
            #expect(plain.header("Content-Encoding") == nil && plain.status == packed.status)
            #expect(try unpacked(packed) == plain.body, "\(path)")
            let isPacked = plain.status == 200 && plain.body.count >= 1024
            #expect((packed.header("Content-Encoding") != nil) == isPacked, "\(path)")
            #expect(isPacked || packed.body == plain.body)
            for response in [plain, packed] {
                #expect(response.header("Content-Length") == String(response.body.count))
            }
        }
    }

    /// RFC 9110 sections 8.8.3.3 and 15.4.5.
    @Test(arguments: [1, 10, 200])
    func `the tag is strong in the form that is kept, and 304 has that of its 200`(_ count: Int) throws {
        let client = try service(records: count).admin
        let query = "userId=u&limit=1000"
        let packed = client.records(query) { $0.takesGzip = true }
        let plain = client.records(query)
        let tag = try #require(packed.header("ETag"))
        #expect(tag.hasPrefix("\""))
        #expect(plain.header("ETag") == (packed.header("Content-Encoding") == nil ? tag : "W/\(tag)"))
        for takesGzip in [true, false] {
            let full = takesGzip ? packed : plain
            for candidates in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
                for method in ["GET", "HEAD"] {
                    let response = client.send(method, "/v1/records", query: query) {
                        $0.takesGzip = takesGzip
                        $0.ifNoneMatch = candidates
                    }
                    #expect(response.status == 304 && response.body.isEmpty)
                    #expect(response.header("ETag") == full.header("ETag"))
                    #expect(response.header("Vary") == full.header("Vary"))
                    #expect(response.header("Content-Encoding") == nil)
                }
            }
            let other = client.records(query) {
                $0.takesGzip = takesGzip
                $0.ifNoneMatch = "\"x\""
            }
            #expect(other.status == 200 && other.body == full.body)
        }
    }

    @Test func `the cache counts what it keeps: a member, and beside it a body that many ask for plain`()
        throws
    {
        let test = try service(records: 100, of: 500)
        let query = "userId=u&limit=100"
        let size = test.admin.records(query).body.count
        let packed = test.service.occupancy.cacheBytes
        #expect(packed * 2 < size)
        _ = test.admin.records(query)
        _ = test.admin.records(query)
        #expect(test.service.occupancy.cacheBytes == packed, "two asked for it")
        _ = test.admin.records(query)
        let both = test.service.occupancy.cacheBytes
        #expect(both > packed + size && both < packed + size + 100)
        for _ in 0..<5 { #expect(test.admin.records(query).body.count == size) }
        #expect(test.service.occupancy.cacheBytes == both)
        #expect(test.service.occupancy.cacheEntries == 1)
    }

    @Test func `what is kept plain goes with its answer, and its bytes make others go`() throws {
        let store = ScriptedStore(made(100, 500))
        var settings = ServiceSettings.steady
        settings.cacheByteLimit = 100_000
        let test = try TestService(store, settings: settings)
        for _ in 0..<4 { _ = test.admin.records("userId=u") }
        #expect(test.service.occupancy.cacheBytes > 50_000)
        for limit in 50..<99 {
            _ = test.admin.records("userId=u&limit=\(limit)")
            #expect(test.service.occupancy.cacheBytes <= 100_000)
        }
        // A later answer is not shown in an older one's bytes.
        for _ in 0..<4 { _ = test.admin.records("userId=u") }
        try store.put([TestRecord.make("new", at: "2024-02-29T13:00:00Z", user: "u")])
        let fresh = test.admin.records("userId=u") {
            $0.cacheControl = "no-cache"
            $0.takesGzip = true
        }
        let text = String(decoding: try unpacked(fresh), as: UTF8.self)
        #expect(text.contains("\"new\""))
        for _ in 0..<5 { #expect(test.admin.records("userId=u").text == text) }
    }

    @Test func `a large answer is unpacked only where there is room for it`() throws {
        let test = try service(records: 200, of: 800, answerBytes: 1 << 20)
        let query = "userId=u&limit=200"
        let packed = test.admin.records(query) { $0.takesGzip = true }
        let size = try unpacked(packed).count
        #expect(packed.header("Content-Encoding") == "gzip" && size > 64 << 10)
        #expect(test.admin.records(query).body.count == size)
        // Held until they are sent.
        var held: [Response] = []
        while held.count < 20 {
            let response = test.admin.records(query) { $0.received = test.clock.steady - .seconds(60) }
            guard response.status == 200 else {
                #expect(response.status == 503 && response.header("Retry-After") != nil)
                break
            }
            #expect(response.reservation != nil)
            held.append(response)
        }
        #expect(held.count == (1 << 20) / size)
        // Who takes gzip is not concerned.
        #expect(test.admin.records(query) { $0.takesGzip = true }.body == packed.body)
        held = []
        #expect(test.admin.records(query).body.count == size)
    }

    @Test(arguments: [
        ("gzip", true), ("gzip, deflate, br", true), ("br, GZIP", true), ("br,gzip ;q=1.0", true),
        ("gzip; q=0.001", true), ("gzip;", true), ("gzip;q=1", true), ("gzip;Q=0.5", true), ("x-gzip", true),
        ("gzip\t", true), ("deflate, gzip;q=1.0, *;q=0.5", true), ("gzip;q=1.000", true),
        ("", false), ("br", false), ("gzip;q=0", false), ("gzip;q=0.000, br", false), ("gzipped", false),
        ("gzip;q=x", false), ("gzip;x", false), ("*", false), ("gzip;q=1.5", false), ("gzip;q=0.0001", false),
        ("gzip;q=0, gzip", false), ("gzip, gzip;q=0", false), ("identity", false), ("gzip;q=", false),
        ("gzip;q=-1", false), ("gzip;q=2", false), ("gzi", false), (",,", false), ("gzip;q=1;q=0", false),
    ])
    func `a client takes gzip if it says so`(_ header: String, _ takesIt: Bool) {
        #expect(AcceptEncoding.allowsGzip(header) == takesIt)
        #expect(!AcceptEncoding.allowsGzip(nil))
    }
}
