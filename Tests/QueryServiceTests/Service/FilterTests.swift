import TestSupport
import Testing
@testable import AuditRecords
@testable import QueryService
@testable import StoreConformance

/// Filters, through the whole service.
@Suite struct FilterTests {
    private let store: ScriptedStore
    private let test: TestService

    init() throws {
        let outcomes = ["failure", "success", "failure", "success", "failure"]
        store = ScriptedStore(
            outcomes.enumerated().map { index, outcome in
                TestRecord.make(
                    Identifier("a\(index)"), at: "2024-02-29T12:00:0\(index)Z", user: "u",
                    attributes:
                        "{\"outcome\":\"\(outcome)\",\"ip\":\"10.0.0.\(index)\",\"details\":{\"secret\":\(index),\"open\":\(index)}}"
                )
            })
        test = try TestService(store)
    }

    private func get(_ filter: String, _ others: String = "", by client: Client? = nil) -> Response {
        (client ?? test.admin).records("userId=u&filter=\(encoded(filter))\(others)")
    }

    @Test func `a filter leaves out what does not pass, in the URL and in a body`() {
        #expect(get("outcome eq \"failure\"").auditIds == ["a4", "a2", "a0"])
        #expect(get("outcome eq \"failure\" and ip cidr \"10.0.0.0/31\"").auditIds == ["a0"])
        let body =
            "{\"userId\":\"u\",\"order\":\"asc\",\"filter\":\"details.open GT 1 and details.open lt 4\"}"
        #expect(test.admin.post(body).auditIds == ["a2", "a3"])
        // A plus is a space in a URL, as in all parameters but dates.
        #expect(test.admin.records("userId=u&filter=details.open+ge+4").auditIds == ["a4"])
    }

    @Test func `whatever is wrong with a filter is told with its place, and beside all else that is wrong`() {
        for (filter, part) in [
            ("outcome is \"x\"", "character 9: an operator was expected"), ("(a pr", "character 6"),
            (String(repeating: "a", count: 4097), "is 4097 bytes long; at most 4096 are allowed"),
            ("", "must not be empty"),
        ] {
            let response = get(filter, "&limit=0&none=1")
            #expect(response.isProblem(400, "invalid-parameters"))
            #expect(Set(response.faultyParameters) == ["filter", "limit", "none"])
            #expect(response.text.contains(part), "\(response.text)")
        }
        #expect(test.admin.post("{\"userId\":\"u\",\"filter\":5}").text.contains("must be a string"))
        #expect(test.admin.records("userId=u&filter=a+pr&filter=a+pr").text.contains("given more than once"))
        #expect(test.admin.records("userId=u&filter=%FF").faultyParameters == ["filter"])
        #expect(test.admin.records("filter=a+pr").status == 200, "all systems, of the last day")
        let longest = "outcome eq \"\(String(repeating: "x", count: 4096 - 13))\""
        #expect(get(longest).status == 200)
    }

    @Test func `equal filters share an answer however they are written, and others do not`() {
        #expect(get("outcome eq \"failure\"").header("Cache-Status")?.contains("fwd=miss") == true)
        let other = get(" ( outcome  EQ \"f\\u0061ilure\" )")
        #expect(other.header("Cache-Status")?.contains("; hit") == true)
        #expect(other.auditIds == ["a4", "a2", "a0"])
        #expect(get("outcome ne \"failure\"").auditIds == ["a3", "a1"])
        #expect(test.admin.records("userId=u").auditIds.count == 5)
        #expect(store.readCount == 3)
    }

    @Test func `a cursor carries its filter, and goes with no other`() throws {
        let first = get("outcome eq \"failure\"", "&limit=2")
        #expect(first.auditIds == ["a4", "a2"] && first.json["stopReason"] as? String == "limit")
        let cursor = try #require(first.nextCursor)
        #expect(test.admin.records("cursor=\(cursor)").auditIds == ["a0"])
        #expect(get("outcome   eq \"failure\"", "&limit=2&cursor=\(cursor)").auditIds == ["a0"])
        for others in [
            "userId=u&limit=2&cursor=\(cursor)",
            "userId=u&limit=2&filter=\(encoded("outcome pr"))&cursor=\(cursor)",
        ] {
            let refused = test.admin.records(others)
            #expect(refused.isProblem(400) && refused.faultyParameters == ["cursor"])
            #expect(refused.text.contains("was made with another filter"))
        }
        let plain = try #require(test.admin.records("userId=u&limit=2").nextCursor)
        #expect(get("outcome pr", "&limit=2&cursor=\(plain)").text.contains("was made with another filter"))
    }

    /// What a version that knows no filters reads of a cursor without one has not changed.
    @Test func `the longest filter fits into a cursor that can be sent`() throws {
        let tail = (0..<62).map { " or a\($0) eq \"\(String(repeating: "\\b", count: 25))\"" }.joined()
        let filter = "outcome eq \"failure\"\(tail)"
        #expect(filter.utf8.count <= 4096)
        let body = "{\"userId\":\"u\",\"limit\":2,\"filter\":\(Self.json(filter))}"
        let first = test.admin.post(body)
        let cursor = try #require(first.nextCursor)
        #expect(cursor.utf8.count < 12_000)
        #expect(test.admin.post("{\"cursor\":\"\(cursor)\"}").auditIds == ["a0"])
    }

    private static func json(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }

    @Test func `what a key may not see is absent for its filters`() throws {
        let client = try test.client(hidden: ["details.secret", "ip"])
        for filter in [
            "details.secret", "ip", "details[secret pr and open", "none",
        ] {
            let isOpen = filter.contains("[")
            #expect(get(isOpen ? "\(filter) pr]" : "\(filter) pr", by: client).auditIds == [], "\(filter)")
            #expect(
                get(isOpen ? "\(filter) pr]" : "\(filter) pr").auditIds.isEmpty == (filter == "none"),
                "\(filter)")
        }
        #expect(get("details.secret ne 3 and ip ne \"x\"", by: client).auditIds.count == 5)
        #expect(get("details.open eq 3", by: client).auditIds == ["a3"])
        #expect(get("details eq null or not (details pr)", by: client).auditIds == [])
    }
}
