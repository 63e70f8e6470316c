import TestSupport
import Testing
@testable import AuditRecords
@testable import QueryService
@testable import StoreConformance

/// Searches, through the whole service.
@Suite struct SearchTests {
    private let store: ScriptedStore
    private let test: TestService

    init() throws {
        let actions = ["DeleteBucket", "ReadBucket", "deleteUser", "Straße", "ListUsers"]
        store = ScriptedStore(
            actions.enumerated().map { index, action in
                TestRecord.make(
                    Identifier("rec\(index)"), at: "2024-02-29T12:00:0\(index)Z", user: "zoë",
                    attributes:
                        "{\"action\":\"\(action)\",\"n\":12\(index),\"details\":{\"secret\":\"hush-\(index)\",\"note\":\"caf\\u00e9\"}}"
                )
            })
        test = try TestService(store)
    }

    private func get(_ words: String, _ others: String = "", by client: Client? = nil) -> Response {
        (client ?? test.admin).records("userId=\(encoded("zoë"))&search=\(encoded(words))\(others)")
    }

    @Test func `all words must stand in a record, in the URL and in bodies of both routes`() {
        #expect(get("DELETE").auditIds == ["rec2", "rec0"])
        #expect(get("bucket delete").auditIds == ["rec0"])
        #expect(get("CAFÉ strAẞe").auditIds == ["rec3"])
        #expect(get("action").auditIds == [], "a member's name")
        #expect(get("120").auditIds == [], "a number")
        #expect(get("2024-02-29").auditIds == [], "the timestamp")
        #expect(test.admin.records("userId=zo%C3%AB&search=zoË+system+rec4").auditIds == ["rec4"])
        for path in ["/v1/records/query", "/api/query"] {
            let answer = test.admin.send("POST", path) {
                $0.contentType = "application/json"
                $0.body = .success(
                    Array("{\"userId\":\"zoë\",\"search\":\"USER\",\"order\":\"asc\"}".utf8))
            }
            #expect(answer.auditIds == ["rec2", "rec4"])
        }
    }

    @Test func `a search goes with a filter, and both must hold`() {
        #expect(get("delete", "&filter=\(encoded("action co \"User\""))").auditIds == ["rec2"])
        #expect(get("delete", "&filter=\(encoded("n gt 200"))").auditIds == [])
    }

    @Test func `whatever is wrong with a search is told beside all else that is wrong`() {
        for (words, part) in [
            ("ab", "has a word of 2 characters (ab); each must have 3 to 128"), ("", "must not be empty"),
            ("  ", "has no word, only spaces"), ("1 2 3 4 5 6 7 8 9", "has 9 words; at most 8 are allowed"),
            (String(repeating: "x", count: 129), "has a word of 129 characters (xxxxxxxxxxxxxxxxxxxx…)"),
        ] {
            let response = get(words, "&limit=0&none=1")
            #expect(response.isProblem(400, "invalid-parameters"))
            #expect(Set(response.faultyParameters) == ["search", "limit", "none"])
            #expect(response.text.contains(part), "\(response.text)")
        }
        #expect(test.admin.post("{\"userId\":\"u\",\"search\":5}").text.contains("must be a string"))
        #expect(test.admin.records("userId=u&search=abc&search=abc").text.contains("given more than once"))
        #expect(test.admin.records("userId=u&search=%FF%FF%FF").faultyParameters == ["search"])
        #expect(test.admin.records("search=abc").status == 200, "all systems, of the last day")
    }

    @Test func `equal searches share an answer however they are written, and others do not`() {
        let first = get("delete bucket")
        #expect(first.header("Cache-Status")?.contains("fwd=miss") == true)
        let other = get("  BUCKET Delete elet ")
        #expect(other.header("Cache-Status")?.contains("; hit") == true)
        #expect(other.auditIds == ["rec0"] && other.header("ETag") == first.header("ETag"))
        #expect(get("delete").auditIds == ["rec2", "rec0"])
        #expect(get("delete bucket", "&filter=n+pr").auditIds == ["rec0"])
        #expect(store.readCount == 3)
    }

    @Test func `a cursor carries its search, and goes with no other`() throws {
        let first = get("CAFÉ", "&limit=2")
        #expect(first.auditIds == ["rec4", "rec3"])
        let cursor = try #require(first.nextCursor)
        #expect(test.admin.records("cursor=\(cursor)").auditIds == ["rec2", "rec1"])
        #expect(get("  cafÉ", "&limit=2&cursor=\(cursor)").auditIds == ["rec2", "rec1"])
        for others in ["", "&search=other", "&search=caf"] {
            let refused = test.admin.records("userId=zo%C3%AB&limit=2\(others)&cursor=\(cursor)")
            #expect(refused.isProblem(400) && refused.faultyParameters == ["cursor"])
            #expect(refused.text.contains("was made with another search"))
        }
        let longest = (0..<8).map { "\($0)\(String(repeating: "𐐀", count: 127))" }.joined(separator: " ")
        #expect(get(longest).status == 200)
    }

    @Test func `a filter and a search that no cursor could carry together are refused`() throws {
        let word = String(repeating: "x", count: 128)
        func get(_ count: Int) -> Response {
            let filter = encoded("outcome ne \"\(String(repeating: "y", count: count))\"")
            return test.admin.records("userId=zo%C3%AB&filter=\(filter)&search=\(word)")
        }
        #expect(get(4096 - 128 - 13).status == 200)
        let refused = get(4096 - 128 - 12)
        #expect(refused.isProblem(400) && refused.faultyParameters == ["search"])
        #expect(refused.text.contains("4097 bytes together with the filter; at most 4096"))
    }

    @Test func `what a key may not see is absent for its searches`() throws {
        let client = try test.client(hidden: ["details.secret"])
        #expect(get("hush-").auditIds.count == 5)
        #expect(get("hush-", by: client).auditIds == [])
        #expect(get("café ReadBucket", by: client).auditIds == ["rec1"])
    }
}
