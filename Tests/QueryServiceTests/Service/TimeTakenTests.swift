@testable import QueryService
import Synchronization
import Testing
@testable import AuditRecords
@testable import StoreConformance

/// Whoever answers says before it does what may take longer than a look into the cache: others are answered meanwhile.
@Suite struct TimeTakenTests {
    private let store = ScriptedStore([
        TestRecord.make(Identifier("a"), at: "2024-02-29T12:00:00Z", user: "u")
    ])
    private let test: TestService

    init() throws {
        test = try TestService(store)
    }

    /// How often the store had been read when it was said first that it takes longer; nil where it was not said.
    private func readsBefore(_ ask: (@escaping (inout Request) -> Void) -> Response) -> Int? {
        let reads = Mutex<Int?>(nil)
        _ = ask { [store] request in
            request.willTakeTime = { reads.withLock { if $0 == nil { $0 = store.readCount } } }
        }
        return reads.withLock { $0 }
    }

    @Test func `a miss says so before the store is read, and a hit not at all`() {
        #expect(readsBefore { test.admin.records("userId=u", $0) } == 0)
        #expect(store.readCount == 1)
        for _ in 0..<2 { #expect(readsBefore { test.admin.records("userId=u", $0) } == nil) }
        // What is spelt in another way is looked for with a question that may ask the store what systems it has.
        #expect(readsBefore { test.admin.records("limit=100&userId=u", $0) } == 1)
        #expect(
            readsBefore { change in
                test.admin.records("userId=u") {
                    change(&$0)
                    $0.cacheControl = "no-cache"
                }
            } == 1)
        let body = "{\"userId\":\"u\",\"limit\":7}"
        #expect(readsBefore { test.admin.post(body, $0) } == 2)
        // A body is never looked for by how it is spelt.
        #expect(readsBefore { test.admin.post(body, $0) } == 3)
        #expect(store.readCount == 3)
    }

    @Test(arguments: ["/readyz", "/openapi.json", "/v1/changes", "/v1/records/x", "/v1/policy", "/v1/names"])
    func `so does whatever is not in the cache`(path: String) {
        #expect(readsBefore { test.admin.send(path: path, $0) } == 0)
    }

    @Test func `what needs neither store nor cache does not`() {
        #expect(readsBefore { test.admin.send(path: "/healthz", $0) } == nil)
        #expect(readsBefore { test.admin.send(path: "/nowhere", $0) } == nil)
        #expect(
            readsBefore { change in
                test.admin.records("userId=u") {
                    change(&$0)
                    $0.apiKey = "nobody's"
                }
            } == nil)
    }
}

extension Client {
    fileprivate func send(path: String, _ change: (inout Request) -> Void) -> Response {
        send("GET", path, change)
    }
}
