@testable import QueryService
import Testing
@testable import AuditRecords
@testable import StoreConformance

/// Cursors as clients use and misuse them.
@Suite struct CursorUseTests {
    private let store = ScriptedStore(
        (0..<5).map {
            TestRecord.make(Identifier("\($0)"), at: "2024-02-29T12:00:00Z", system: "s", user: "u")
        })
    private let test: TestService
    private let cursor: String
    private let query = "userId=u&systemId=s&limit=2&order=asc&startDate=2024-02-29&endDate=2024-02-29"

    init() throws {
        test = try TestService(store)
        cursor = try #require(test.admin.records(query).nextCursor)
    }

    private func refused(_ response: Response, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(response.isProblem(400, "invalid-parameters"), sourceLocation: sourceLocation)
        #expect(response.faultyParameters == ["cursor"], sourceLocation: sourceLocation)
    }

    @Test func `a cursor is enough by itself, and the same parameters may stand with it`() {
        #expect(test.admin.records("cursor=\(cursor)").auditIds == ["2", "3"])
        #expect(test.admin.records("\(query)&cursor=\(cursor)").auditIds == ["2", "3"])
        #expect(test.admin.post("{\"cursor\":\"\(cursor)\"}").auditIds == ["2", "3"])
        // Another spelling of the same question.
        let other = query.replacing("startDate=2024-02-29", with: "startDate=2024-02-29T00:00:00Z")
            .replacing("userId=u", with: "userId=%75")
        #expect(test.admin.records("\(other)&cursor=\(cursor)").auditIds == ["2", "3"])
        #expect(
            test.admin.records("cursor=\(cursor)").body
                == test.admin.records("\(query)&cursor=\(cursor)").body)
    }

    @Test func `defaults that were left out the first time may be stated, and the other way round`() throws {
        let store = ScriptedStore(
            (0..<101).map { TestRecord.make(Identifier("\($0)"), at: "2024-02-29T12:00:00Z") })
        let client = try TestService(store).admin
        let cursor = try #require(client.records("userId=user").nextCursor)
        #expect(client.records("userId=user&limit=100&order=desc&cursor=\(cursor)").records.count == 1)
        let other = try #require(client.records("userId=user&limit=100&order=desc").nextCursor)
        #expect(client.records("userId=user&cursor=\(other)").records.count == 1)
    }

    @Test(arguments: [
        "userId=v&systemId=s&limit=2&order=asc&startDate=2024-02-29&endDate=2024-02-29",
        "systemId=s&limit=2&order=asc&startDate=2024-02-29&endDate=2024-02-29",
        "userId=u&limit=2&order=asc&startDate=2024-02-29&endDate=2024-02-29",
        "userId=u&systemId=s&resourceId=r&limit=2&order=asc&startDate=2024-02-29&endDate=2024-02-29",
        "userId=u&systemId=s&limit=3&order=asc&startDate=2024-02-29&endDate=2024-02-29",
        "userId=u&systemId=s&order=asc&startDate=2024-02-29&endDate=2024-02-29",
        "userId=u&systemId=s&limit=2&startDate=2024-02-29&endDate=2024-02-29",
        "userId=u&systemId=s&limit=2&order=asc&endDate=2024-02-29",
        "userId=u&systemId=s&limit=2&order=asc&startDate=2024-02-29",
        "userId=u&systemId=s&limit=2&order=asc&startDate=2024-02-29&endDate=2024-02-29T00:00:00Z", "userId=u",
        "limit=2",
    ])
    func `a cursor with other parameters is refused`(_ query: String) {
        refused(test.admin.records("\(query)&cursor=\(cursor)"))
    }

    @Test func `a cursor with any byte changed, cut or lengthened is refused`() {
        let bytes = Array(cursor.utf8)
        for index in bytes.indices {
            var changed = bytes
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            refused(test.admin.records("cursor=\(String(decoding: changed, as: UTF8.self))"))
            refused(
                test.admin.records("cursor=\(String(decoding: bytes.dropLast(index + 1), as: UTF8.self))x"))
        }
        refused(test.admin.records("cursor=\(cursor)A"))
        refused(test.admin.records("cursor=\(cursor)\(cursor)"))
        refused(test.admin.records("cursor=%20\(cursor)"))
        #expect(store.readCount == 1)
    }

    @Test func `a cursor of another policy is refused, one of another key with the same policy is not`()
        throws
    {
        let narrow = try test.client(systems: ["s"])
        let hiding = try test.client(hidden: ["x"])
        for client in [narrow, hiding] {
            refused(client.records("cursor=\(cursor)"))
            refused(client.records("\(query)&cursor=\(cursor)"))
            let own = try #require(client.records(query).nextCursor)
            #expect(client.records("cursor=\(own)").auditIds == ["2", "3"])
            refused(test.admin.records("cursor=\(own)"))
        }
        #expect(try test.client().records("cursor=\(cursor)").auditIds == ["2", "3"])
    }

    @Test func `a cursor works on another host with the same secret, and on none with another`() throws {
        #expect(try TestService(store).admin.records("cursor=\(cursor)").auditIds == ["2", "3"])
        refused(
            try TestService(store, secret: Array(repeating: 2, count: 32)).admin.records("cursor=\(cursor)"))
    }

    @Test func `the last page has no cursor`() throws {
        let second = test.admin.records("cursor=\(cursor)")
        let last = test.admin.records("cursor=\(try #require(second.nextCursor))")
        #expect(last.auditIds == ["4"])
        #expect(last.nextCursor == nil)
        #expect(last.text.contains("\"hasMore\":false,\"nextCursor\":null,\"stopReason\":\"end\""))
        #expect(second.json["hasMore"] as? Bool == true)
        #expect(second.json["stopReason"] as? String == "limit")
        #expect(second.json["count"] as? Int == 2)
    }
}
