@testable import QueryService
import Testing
@testable import StoreConformance
@testable import AuditRecords

@Suite struct ParameterTests {
    private let store = ScriptedStore()
    private let client: Client

    init() throws {
        client = try TestService(store).admin
    }

    private static let long = String(repeating: "x", count: 1025)
    private static let malformed: [(query: String, parameter: String)] = [
        ("userId=", "userId"), ("userId", "userId"), ("userId=u&userId=u", "userId"),
        ("userId=u&userId=v", "userId"),
        ("userId=\(long)", "userId"), ("userId=a%00b", "userId"), ("userId=a%0Ab", "userId"),
        ("userId=a%7F", "userId"),
        ("userId=a%C2%85", "userId"), ("userId=%FF", "userId"), ("userId=%C3", "userId"),
        ("userId=%ED%A0%80", "userId"),
        ("userId=%", "userId"), ("userId=%4", "userId"), ("userId=%4G", "userId"), ("userId=%%", "userId"),
        ("userId=u&userid=u", "userid"), ("userId=u&sytemId=s", "sytemId"), ("userId=u&=x", ""),
        ("userId=u&x", "x"),
        ("userId=u&%FF=x", "%FF"), ("userId=u&limit=", "limit"), ("userId=u&limit=0", "limit"),
        ("userId=u&limit=1001", "limit"), ("userId=u&limit=-1", "limit"), ("userId=u&limit=1.0", "limit"),
        ("userId=u&limit=1e2", "limit"), ("userId=u&limit=ten", "limit"), ("userId=u&limit=0x10", "limit"),
        ("userId=u&limit=99999999999999999999", "limit"), ("userId=u&limit=%D9%A1", "limit"),
        ("userId=u&limit=+5", "limit"), ("userId=u&order=", "order"), ("userId=u&order=ASC", "order"),
        ("userId=u&order=newest", "order"), ("userId=u&startDate=", "startDate"),
        ("userId=u&startDate=2024-01-31T10:00:00", "startDate"),
        ("userId=u&startDate=2024-02-30", "startDate"),
        ("userId=u&startDate=2023-02-29", "startDate"), ("userId=u&startDate=yesterday", "startDate"),
        ("userId=u&startDate=2024-1-1", "startDate"), ("userId=u&startDate=20240131", "startDate"),
        ("userId=u&startDate=2024-01-31T24:00:00Z", "startDate"),
        ("userId=u&endDate=2024-01-31T23:59:60Z", "endDate"),
        ("userId=u&endDate=2024-01-31T10:00:00.1234567890Z", "endDate"),
        ("userId=u&endDate=0000-01-01", "endDate"),
        ("userId=u&endDate=2024-01-31 10:00:00Z", "endDate"), ("userId=u&endDate=1706695200", "endDate"),
        ("userId=u&endDate=2024-01-31T10:00:00%20", "endDate"), ("userId=u&endDate=%FF", "endDate"),
        ("userId=u&startDate=2024-02-01&endDate=2024-01-31", "endDate"),
        ("userId=u&startDate=2024-02-01T00:00:01Z&endDate=2024-02-01T00:00:00Z", "endDate"),
        ("userId=u&cursor=", "cursor"), ("userId=u&cursor=x", "cursor"), ("cursor=AAAA", "cursor"),
    ]

    @Test(arguments: malformed)
    func `a malformed parameter is 400 and named, and the store is not asked`(
        _ query: String, _ parameter: String
    ) {
        let response = client.records(query)
        #expect(response.isProblem(400, "invalid-parameters"), "\(response.status) \(response.text)")
        #expect(response.faultyParameters == [parameter])
        #expect(store.readCount == 0)
    }

    @Test func `all that is wrong is listed at once`() {
        let response = client.records(
            "userId=&userId=x&systemId=%FF&resourceId=a%00&startDate=x&endDate=2024-13-01&limit=0&order=up&cursor=&"
                + "foo=1&foo=2&bar=")
        #expect(response.isProblem(400))
        #expect(
            response.faultyParameters.sorted() == [
                "bar", "cursor", "endDate", "foo", "limit", "order", "resourceId", "startDate", "systemId",
                "userId",
            ])
        #expect(client.records("limit=x&order=y").faultyParameters == ["limit", "order"])
    }

    @Test func `a plus is a space in an id and a plus in a date`() throws {
        let records = ["a b", "a+b"].map {
            TestRecord.make(Identifier($0), at: "2024-02-29T12:00:00Z", user: Identifier($0))
        }
        let client = try TestService(ScriptedStore(records)).admin
        #expect(client.records("userId=a+b").records.first?["userId"] as? String == "a b")
        #expect(client.records("userId=a%20b").records.first?["userId"] as? String == "a b")
        #expect(client.records("userId=a%2Bb").records.first?["userId"] as? String == "a+b")
        for offset in ["+02:00", "%2B02:00"] {
            let response = client.records("userId=a+b&startDate=2024-02-29T14:00:00\(offset)")
            #expect(response.auditIds == ["a b"])
            #expect(response.range == ["2024-02-29T12:00:00.000Z", nil])
        }
    }

    @Test func `ids are compared byte by byte, in any UTF-8 and up to 1024 bytes`() throws {
        let ids = Vocabulary.awkward + [Identifier(String(repeating: "é", count: 512))]
        // Foundation, which reads the answers here, takes a U+FEFF at the start of a text away.
        let unique = Array(Set(ids)).filter { $0 != "\u{FEFF}" }
        let records = unique.map { TestRecord.make($0, at: "2024-02-29T12:00:00Z", user: $0, resource: $0) }
        let clock = ManualClock()
        let bySystem = unique.map { TestRecord.make("s", at: "2024-02-29T12:00:00Z", system: $0) }
        let client = try TestService(ScriptedStore(records + bySystem), clock: clock).admin
        for id in unique {
            let value = encoded(id.description)
            for query in ["userId=\(value)&systemId=system", "resourceId=\(value)&systemId=system"] {
                let found = client.records(query).records
                #expect(found.map { Identifier($0["userId"] as? String ?? "") } == [id], "\(query)")
            }
            let found = client.records("systemId=\(value)").records
            #expect(found.map { Identifier($0["systemId"] as? String ?? "") } == [id])
        }
    }

    @Test(arguments: [
        "{", "[]", "null", "\"x\"", "", "{}x", "{\"userId\":\"u\",}", "{'userId':'u'}",
        "\u{FEFF}{\"userId\":\"u\"}",
        "{\"userId\":\"u\"}{}",
    ])
    func `a body that is no JSON object is 400 and says so`(_ body: String) {
        let response = client.post(body)
        #expect(response.isProblem(400, "invalid-parameters"))
        #expect(response.faultyParameters == ["body"])
    }

    private static let malformedMembers: [(body: String, parameter: String)] = [
        ("{\"userId\":null}", "userId"), ("{\"userId\":5}", "userId"),
        ("{\"userId\":[\"u\"]}", "userId"), ("{\"userId\":{}}", "userId"), ("{\"userId\":true}", "userId"),
        ("{\"userId\":\"\"}", "userId"), ("{\"userId\":\"a\\u0000\"}", "userId"),
        ("{\"userId\":\"\\ud800\"}", "userId"),
        ("{\"userId\":\"u\",\"userId\":\"u\"}", "userId"),
        ("{\"userId\":\"u\",\"\\u0075serId\":\"u\"}", "userId"),
        ("{\"userId\":\"u\",\"UserId\":\"u\"}", "UserId"), ("{\"userId\":\"u\",\"limit\":\"5\"}", "limit"),
        ("{\"userId\":\"u\",\"limit\":5.5}", "limit"), ("{\"userId\":\"u\",\"limit\":5e-1}", "limit"),
        ("{\"userId\":\"u\",\"limit\":1e4}", "limit"), ("{\"userId\":\"u\",\"limit\":0.0}", "limit"),
        ("{\"userId\":\"u\",\"limit\":5e99999999999}", "limit"),
        ("{\"userId\":\"u\",\"limit\":-5.0}", "limit"),
        ("{\"userId\":\"u\",\"limit\":5.0000000000000000000001}", "limit"), ("{\"userId\":5.0}", "userId"),
        ("{\"userId\":\"u\",\"limit\":0}", "limit"), ("{\"userId\":\"u\",\"limit\":-0}", "limit"),
        ("{\"userId\":\"u\",\"limit\":1001}", "limit"), ("{\"userId\":\"u\",\"limit\":null}", "limit"),
        ("{\"userId\":\"u\",\"limit\":99999999999999999999}", "limit"),
        ("{\"userId\":\"u\",\"order\":1}", "order"),
        ("{\"userId\":\"u\",\"startDate\":20240131}", "startDate"),
        ("{\"userId\":\"u\",\"cursor\":null}", "cursor"),
        ("{\"userId\":\"u\",\"é\":\"x\"}", "é"),
    ]

    @Test(arguments: malformedMembers)
    func `a malformed member of a body is 400 and named`(_ body: String, _ parameter: String) {
        let response = client.post(body)
        #expect(response.isProblem(400, "invalid-parameters"), "\(response.status)")
        #expect(response.faultyParameters == [parameter])
    }

    @Test func `a query string where parameters stand elsewhere is 400`() {
        #expect(
            client.post("{\"userId\":\"u\"}") { $0.query = Array("limit=5&userId=v".utf8) }.faultyParameters
                == ["limit", "userId"])
        #expect(client.send("GET", "/v1/records/abc", query: "userId=u").faultyParameters == ["userId"])
        let batch = client.send("POST", "/v1/records/batch", query: "x=1", body: "{\"ids\":[\"a\"]}")
        #expect(batch.faultyParameters == ["x"])
    }

    /// JSON Schema 2020-12, section 4.2.3.
    @Test(arguments: [
        "47", "47.0", "47.000", "4.7e1", "4.7E+1", "470e-1", "470.00e-1", "0.47e2", "0.0047e4",
        "47e0", "47e-0", "47e+0000000000000", "0.00000000000000000000047e23", "4700000000000000000000000e-23",
    ])
    func `a limit is whole by its value, however it is written`(_ limit: String) {
        #expect(client.post("{\"userId\":\"u\",\"limit\":\(limit)}").status == 200)
        #expect(
            client.post("{\"userId\":\"u\",\"limit\":47}").header("Cache-Status")?.contains("hit") == true,
            "the same question")
    }
}
