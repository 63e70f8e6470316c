import CoreMetrics
import DemoData
import Synchronization
import TestSupport
import Testing

@testable import AuditRecords
@testable import AuditStores
@testable import QueryService
@testable import StoreConformance

/// What is answered while all threads but one are at work: what takes no longer than a look into the cache.
@Suite struct DelayTests {
    @Test func `what is said to be answered at once is, and nothing else`() throws {
        let records = (0..<20).map {
            TestRecord.make(
                Identifier("a\($0)"), at: Timestamp(seconds: 1_709_208_000 + Int64($0)), user: "u")
        }
        let queries = ["userId=u", "userId=v", "userId=u&limit=3", "userId=u&limit=0", "limit=1", "x=y", ""]
        let paths = [
            "/v1/records", "/v1/records", "/v1/records", "/healthz", "/readyz", "/v1/openapi.json",
            "/v1/count",
            "/v1/changes", "/v1/policy", "/nothing",
        ]
        var (atOnce, others) = (0, 0)
        forAll(cases: 40) { random in
            var settings = ServiceSettings.steady
            settings.refreshLimit = 0
            let test = try TestService(ScriptedStore(records), settings: settings)
            for _ in 0..<30 {
                var request = Request(
                    method: random.pick(["GET", "GET", "GET", "HEAD", "POST", "PUT"]),
                    path: random.pick(paths),
                    query: Array(random.pick(queries).utf8),
                    apiKey: random.once(in: 9) ? "no key" : test.admin.secret,
                    id: "1", received: test.clock.steady)
                if random.once(in: 9) { request.cacheControl = "no-cache" }
                if random.once(in: 9) { request.accept = random.pick(["text/csv", "image/png"]) }
                if random.once(in: 20) { request.repeatedHeaders = ["X-Api-Key"] }
                let calls = Calls()
                request.willTakeTime = { calls.count.add(1, ordering: .relaxed) }
                let isAtOnce = test.service.answersAtOnce(request)
                try require(calls.count.load(ordering: .relaxed) == 0, "the look itself takes time")
                let response = test.service.respond(to: request)
                response.afterwards?()
                let tookTime = calls.count.load(ordering: .relaxed) > 0
                try require(
                    isAtOnce != tookTime,
                    "\(request.method) \(request.path)?\(String(decoding: request.query, as: UTF8.self)): \(response.status)"
                )
                if isAtOnce { atOnce += 1 } else { others += 1 }
            }
        }
        #expect(atOnce > 200 && others > 200)
    }

    private final class Calls: Sendable {
        let count = Atomic(0)
    }

    @Test func `for whom there is no room is told to come again`() throws {
        let test = try TestService(ScriptedStore([]))
        let request = Request(method: "GET", path: "/v1/records", apiKey: test.admin.secret, id: "1")
        let response = test.service.refuse(request)
        #expect(response.status == 503 && response.header("Retry-After") != nil, "\(response)")
    }

    @Test func `whoever asks which systems a store knows takes one of the places before it`() throws {
        let gate = StoreGate(
            limit: 1, shed: CoreMetrics.Counter(label: "shed", factory: NOOPMetricsHandler.instance))
        #expect(gate.passUncounted { gate.passUncounted { 1 } } == .some(nil))
        #expect(gate.passUncounted { 1 } == 1)
        #expect(gate.waiting == 0)
    }
}
