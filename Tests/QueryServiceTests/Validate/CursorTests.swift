// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

@testable import QueryService
import TestSupport
import Testing
@testable import JSONBytes
@testable import AuditStores
@testable import AuditRecords
@testable import StoreConformance

@Suite struct CursorTests {
    private let seal = try! CursorSeal(secret: Array(repeating: 7, count: 32))
    private let query = RecordQuery(
        userId: "user", stated: TimeRange(start: Timestamp(seconds: 5, nanoseconds: 6), end: nil),
        range: TimeRange(start: Timestamp(seconds: 5, nanoseconds: 6), end: nil), order: .ascending, limit: 7,
        after: RecordKey(systemId: "s", instant: Timestamp(seconds: 9), auditId: "a"))

    @Test func `a cursor with any byte changed opens to nothing`() throws {
        let cursor = try seal.seal(query, policy: [1, 2, 3])
        #expect(seal.open(cursor)?.question.records == query)
        for index in cursor.indices {
            for bit in 0..<8 {
                var changed = cursor
                changed[index] ^= 1 << UInt8(bit)
                #expect(seal.open(changed) == nil, "byte \(index), bit \(bit)")
            }
        }
    }

    @Test func `the longest cursor of all can be sent in a body of 16 KiB`() throws {
        let id = Identifier([UInt8](repeating: 0x61, count: 1024))
        var query = query
        (query.userId, query.systemId, query.resourceId) = (id, id, id)
        query.stated = TimeRange(start: .startOfTime, end: .startOfTime)
        query.range = query.stated
        query.after = RecordKey(
            systemId: id, instant: Timestamp(seconds: 5, nanoseconds: 6),
            auditId: Identifier([UInt8](repeating: 0x61, count: 1024)))
        query.filter = try RecordFilter(
            Array("outcome ne \"\(String(repeating: "y", count: 4096 - 13))\"".utf8))
        #expect(query.filter?.text.count == QueryValidation.mostConditionBytes)
        let keys = try ["a", "b"].map { try GroupKey(Array(String(repeating: $0, count: 256).utf8)) }
        let policy = Policy.unrestricted.fingerprint
        for cursor in [
            try seal.seal(query, policy: policy),
            try seal.seal(CountQuery(query, by: keys, top: 100), policy: policy),
        ] {
            #expect(cursor.count + "{\"cursor\":\"\"}".utf8.count <= 16 << 10)
        }
    }

    @Test func `a cursor cut or lengthened anywhere opens to nothing`() throws {
        let cursor = try seal.seal(query, policy: [1, 2, 3])
        for count in 0..<cursor.count { #expect(seal.open(Array(cursor.prefix(count))) == nil) }
        for extra in ["A", "AA", "AAAA", "="] { #expect(seal.open(cursor + Array(extra.utf8)) == nil) }
        #expect(seal.open(cursor + cursor) == nil)
    }

    @Test func `a place before the end of time is held as it is`() throws {
        var query = query
        query.after = .boundary(at: TestRecord.instant("9999-12-31T23:59:59Z"))
        #expect(try seal.open(seal.seal(query, policy: []))?.question.records.after == query.after)
    }

    @Test
    func `a cursor holds its filter, search and columns, and one without is what versions without them make`()
        throws
    {
        var query = query
        query.filter = try RecordFilter(Array("a eq \"x\" and not (b[c pr])".utf8))
        #expect(try seal.open(seal.seal(query, policy: [1, 2]))?.question.records == query)
        query.search = try RecordSearch(Array("Two words".utf8))
        #expect(try seal.open(seal.seal(query, policy: [1, 2]))?.question.records == query)
        query.filter = nil
        #expect(try seal.open(seal.seal(query, policy: [1, 2]))?.question.records == query)
        query.search = nil
        query.columns = try RecordColumn.list(Array("a.\"b,c\",timestamp".utf8))
        #expect(try seal.open(seal.seal(query, policy: [1, 2]))?.question.records == query)
        query.columns = nil
        let made = try String(decoding: seal.seal(query, policy: [1, 2, 3]), as: UTF8.self)
        #expect(made == Self.former)
        #expect(seal.open(Array(Self.former.utf8))?.question.records == query)
    }

    /// Put together by another program as the versions before filters did it.
    private static let former =
        "AbUEn0GnBTBeGf3ANyjYnQKXEy181qwjNx0ZD8N5h8DF4DmPwuh6XuZfVB94kQKiJf-BEbrYnVq3gyOtvC0tPOFDei"
        + "KLYbMmtUkPRI5y2ufom16FUmp-FJ8IwnF6mMRpfb2PuEvOqB913xx9A7x0qIJrAcIjWmaPyU1j5zbtGDANaqBmz8S2"
        + "4vJ4lh9hk1B8XHHoFDu8yPAVpXisDk8RPMlGj2gS8H5PVewepaHoOctfgIezYqnDM-6zQgOEROi3YNjvuP4ZQA9A_T"
        + "mhXCwdkjC3EZjer9KEl5feLtkbxqWgnNbzfUel95Sshempb__23PQYUYZjsuub1NLw5tz6HZyuOWOPibfXQ-VuNck_"
        + "52DB"

    @Test func `a cursor of another secret opens to nothing`() throws {
        let other = try CursorSeal(secret: Array(repeating: 8, count: 32))
        #expect(try seal.open(other.seal(query, policy: [])) == nil)
    }

    @Test func `a renewed secret seals, the one before still opens, and none before that`() throws {
        let seals = try (7...9).map { try CursorSeal(secret: Array(repeating: $0, count: 32)) }
        let cursors = try seals.map { try $0.seal(query, policy: [1]) }
        let renewed = seals[0]
        try renewed.renew(secret: Array(repeating: 8, count: 32))
        #expect(try renewed.seal(query, policy: [1]) == cursors[1])
        #expect(renewed.open(cursors[0])?.question.records == query)
        try renewed.renew(secret: Array(repeating: 9, count: 32))
        #expect(renewed.open(cursors[1])?.question.records == query)
        #expect(renewed.open(cursors[0]) == nil)
    }

    @Test func `equal questions have equal cursors, on every host`() throws {
        let host = try CursorSeal(secret: Array(repeating: 7, count: 32))
        #expect(try seal.seal(query, policy: [1]) == host.seal(query, policy: [1]))
        #expect(try seal.seal(query, policy: [1]) != seal.seal(query, policy: [2]))
    }

    @Test func `the length of a cursor tells nothing of the place where it goes on`() throws {
        let lengths = try (0...60).map { count in
            var query = query
            query.after = RecordKey(
                systemId: Identifier(String(repeating: "s", count: count)), instant: Timestamp(seconds: 9),
                auditId: Identifier(String(repeating: "a", count: 60 - count / 2)))
            return try seal.seal(query, policy: Policy.unrestricted.fingerprint).count
        }
        #expect(Set(lengths).count <= 2)
    }

    @Test func `no readable part of a question stands in its cursor`() throws {
        let cursor = try seal.seal(query, policy: Array("policy".utf8))
        let bytes = try #require([UInt8](base64URL: cursor))
        for part in ["user", "policy", "1970"] {
            let part = Array(part.utf8)
            let isThere = (0...(bytes.count - part.count)).contains { bytes[$0...].starts(with: part) }
            #expect(!isThere)
        }
    }

    @Test func `bytes of any origin open to nothing`() {
        forAll(cases: 500) { random in
            let bytes = random.bytes(random.number(below: 400))
            try require(seal.open(bytes) == nil, "opened \(bytes)")
            try require(seal.open(([1] + bytes).base64URL) == nil, "opened \(bytes) in base64url")
        }
    }
}
