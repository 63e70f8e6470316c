@testable import QueryService
import Gzip
import TestSupport
import Testing
@testable import AuditRecords
@testable import StoreConformance

/// Who takes no gzip does not wait for an answer's compression: it is done when the answer is sent.
@Suite struct PackedAfterwardsTests {
    private static let query = "userId=u&limit=100"
    private let store: ScriptedStore
    private let test: TestService

    init() throws {
        store = ScriptedStore(
            (0..<60).map { number in
                TestRecord.make(
                    Identifier("a\(number)"), at: "2024-02-29T12:00:00Z", user: "u",
                    attributes:
                        "{\"n\":\(number),\"text\":\"\(String(repeating: "\(number * 7919) ", count: 40))\"}")
            })
        test = try TestService(store)
    }

    /// Asks, and leaves what is to be done afterwards.
    private func ask(_ change: (inout Request) -> Void = { _ in }) -> Response {
        var request = Request(
            method: "GET", path: "/v1/records", query: Array(Self.query.utf8), apiKey: test.admin.secret,
            id: "1",
            received: test.clock.steady)
        change(&request)
        return test.service.respond(to: request)
    }

    private func unpacked(_ response: Response) throws -> [UInt8] {
        #expect(response.header("Content-Encoding") == "gzip")
        return try Gzip.decompress(response.body, limit: 1 << 20)
    }

    @Test func `an answer is kept as it is until it is sent, and packed from then on`() throws {
        let first = ask()
        #expect(
            first.header("Content-Encoding") == nil
                && first.header("Cache-Status")?.contains("stored") ?? false)
        #expect(test.service.occupancy.cacheBytes > first.body.count)
        first.afterwards?()
        #expect(test.service.occupancy.cacheBytes * 2 < first.body.count)
        #expect(test.service.occupancy.cacheEntries == 1)
        let packed = ask { $0.takesGzip = true }
        #expect(try unpacked(packed) == first.body && packed.afterwards == nil)
        #expect(packed.header("Cache-Status")?.contains("hit") ?? false)
        let again = ask()
        #expect(again.body == first.body && again.afterwards == nil)
        // The tag is the same before and after, weak where the body is not what it is strong for.
        let tag = try #require(packed.header("ETag"))
        #expect(
            tag.hasPrefix("\"") && first.header("ETag") == "W/\(tag)" && again.header("ETag") == "W/\(tag)")
        #expect(store.readCount == 1)
    }

    @Test func `whoever takes gzip is sent it at once`() throws {
        let first = ask()
        let packed = ask { $0.takesGzip = true }
        #expect(try unpacked(packed) == first.body)
        let kept = test.service.occupancy
        // What is done twice comes to the same.
        first.afterwards?()
        #expect(test.service.occupancy.cacheBytes == kept.cacheBytes)
        #expect(try unpacked(ask { $0.takesGzip = true }) == first.body)
        // Read for one who takes it, it is packed before.
        let fresh = ask {
            $0.takesGzip = true
            $0.cacheControl = "no-cache"
        }
        #expect(try unpacked(fresh) == first.body && fresh.afterwards == nil)
        #expect(test.service.occupancy.cacheBytes == kept.cacheBytes)
    }

    @Test func `what is packed late takes no later answer's place`() throws {
        let first = ask()
        try store.put([TestRecord.make("new", at: "2024-02-29T13:00:00Z", user: "u")])
        let second = ask { $0.cacheControl = "no-cache" }
        #expect(second.text.contains("\"new\"") && !first.text.contains("\"new\""))
        first.afterwards?()
        #expect(ask().body == second.body)
        second.afterwards?()
        #expect(ask().body == second.body)
        #expect(try unpacked(ask { $0.takesGzip = true }) == second.body)
    }

    @Test func `who asks for its head, or has it already, leaves it to be packed`() throws {
        for method in ["HEAD", "GET"] {
            let response = ask {
                $0.method = method
                $0.cacheControl = "no-cache"
                $0.ifNoneMatch = method == "GET" ? "*" : nil
            }
            #expect(response.status == (method == "GET" ? 304 : 200) && response.body.isEmpty)
            #expect(response.header("ETag")?.hasPrefix("W/") ?? false)
            let before = test.service.occupancy.cacheBytes
            response.afterwards?()
            #expect(test.service.occupancy.cacheBytes * 2 < before)
        }
        let head = ask { $0.method = "HEAD" }
        #expect(head.header("Content-Length") == String(ask().body.count))
    }
}
