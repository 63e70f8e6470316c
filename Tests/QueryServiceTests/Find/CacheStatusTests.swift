@testable import QueryService
import Testing
@testable import StoreConformance

/// The header as RFC 9211 writes it.
@Suite struct CacheStatusTests {
    private static func text(_ append: (inout [UInt8]) -> Void) -> String {
        var bytes: [UInt8] = []
        append(&bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [
        (CacheStatus.hit(secondsLeft: 271), "audit-query; hit; ttl=271"),
        (.miss(.stored), "audit-query; fwd=miss; stored"),
        (.miss(.collapsed), "audit-query; fwd=miss; collapsed"),
        (.expired(.stored), "audit-query; fwd=stale; stored"),
        (.refreshed(.stored), "audit-query; fwd=request; stored"),
        (.stale(detail: "store-error"), "audit-query; fwd=stale; detail=store-error"),
    ])
    func `each way to an answer has its words`(_ status: CacheStatus, _ header: String) {
        #expect(Self.text(status.append) == header)
    }

    @Test func `an answer that is too large for the cache is not called stored`() throws {
        var settings = ServiceSettings.steady
        settings.cacheByteLimit = 300
        let store = ScriptedStore([TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u")])
        let service = try TestService(store, settings: settings)
        for _ in 1...2 {
            #expect(service.admin.records("userId=u").header("Cache-Status") == "audit-query; fwd=miss")
        }
        #expect(store.readCount == 2)
    }

    @Test func `Server-Timing has the milliseconds of each stage`() {
        let timing = ServerTiming(
            authentication: .microseconds(7), cache: .zero, store: .seconds(61), region: nil)
        #expect(Self.text(timing.append) == "auth;dur=0.007, cache;dur=0.000, store;dur=61000.000")
    }
}
