import Logging
import Telemetry
import TestSupport
import Testing

@testable import QueryService
@testable import StoreConformance
@testable import AuditStores

@Suite struct ServiceMetricsTests {
    private let registry = MetricRegistry([])
    private let store: ScriptedStore
    private let test: TestService

    init() throws {
        store = ScriptedStore([
            TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u"),
            TestRecord.make("b", at: "2024-02-29T13:00:00Z", user: "u"),
        ])
        var settings = ServiceSettings.steady
        settings.storeLimit = 1
        settings.cacheByteLimit = 2000
        test = try TestService(
            store, settings: settings, instruments: Instruments(log: .silent, metrics: registry))
    }

    private func count(_ name: MetricName) -> Int {
        for sample in registry.snapshot() where sample.key.name == name.rawValue {
            switch sample.value {
            case .count(let count): return Int(count)
            case .distribution(let distribution): return distribution.count
            default: continue
            }
        }
        return 0
    }

    @Test func `answers, refusals and failures are told apart, and each is counted once`() throws {
        for _ in 0..<3 { _ = test.admin.records("userId=u") }
        _ = test.admin.records("userId=u") { $0.ifNoneMatch = "*" }
        _ = test.admin.records("userId=u") { $0.apiKey = "wrong" }
        _ = test.admin.records("limit=none")
        _ = test.admin.send("PUT", "/v1/records")
        for path in ["/healthz", "/readyz", "/openapi.json", "/none"] { _ = test.admin.send("GET", path) }
        store.fail(.unavailable)
        _ = test.admin.records("userId=v")
        #expect(count(.querySuccess) == 4)
        #expect(count(.queryRejected) == 3)
        #expect(count(.queryError) == 1)
        #expect(count(.queryDuration) == 5)
        #expect(count(.cacheHit) == 3)
        #expect(count(.cacheMiss) == 2)
        #expect(count(.storeDuration) == 1)
        #expect(count(.storeErrors) == 1)
        #expect(count(.recordsRetrieved) == 8)
    }

    @Test
    func
        `records held against a filter or a search are counted where the store is read, and those that pass`()
    {
        for _ in 0..<2 { _ = test.admin.records("userId=u&filter=auditId+eq+%22b%22") }
        #expect(count(.recordsFiltered) == 2)
        #expect(count(.recordsKept) == 1)
        _ = test.admin.records("userId=u")
        #expect(count(.recordsFiltered) == 2)
        _ = test.admin.records("userId=u&search=nowhere")
        #expect(count(.recordsFiltered) == 4)
        #expect(count(.recordsKept) == 1)
    }

    @Test func `stale answers are successes of a failed store`() {
        _ = test.admin.records("userId=u")
        store.fail(.busy)
        test.clock.advance(by: .seconds(301))
        _ = test.admin.records("userId=u")
        #expect(count(.querySuccess) == 2)
        #expect(count(.staleAnswers) == 1)
        #expect(count(.storeErrors) == 1)
        #expect(count(.cacheMiss) == 2)
    }

    @Test func `misses that are not let in, and answers that make room, are counted`() {
        let barrier = Barrier()
        store.wait(at: barrier)
        let waiting = Running { test.admin.records("userId=u") }
        #expect(eventually { test.service.occupancy.storeWaiting == 1 })
        #expect(test.admin.records("userId=v").status == 503)
        barrier.open()
        #expect(waiting.result()?.status == 200)
        #expect(count(.requestsShed) == 1)
        #expect(test.service.occupancy.storeWaiting == 0)
        store.wait(at: nil)
        #expect(test.service.occupancy.cacheEntries == 1)
        for limit in 1...10 { _ = test.admin.records("userId=u&limit=\(limit)") }
        #expect(count(.cacheEvictions) == 11 - test.service.occupancy.cacheEntries)
        #expect(test.service.occupancy.cacheBytes <= 2000)
    }

    @Test func `whoever waits for an equal question's read has read nothing`() {
        let barrier = Barrier()
        store.wait(at: barrier)
        let answers = (0..<3).map { _ in Running { test.admin.records("userId=u") } }
        #expect(eventually { barrier.arrived == 1 && store.readCount == 1 })
        barrier.open()
        for answer in answers { #expect(answer.result()?.status == 200) }
        #expect(count(.querySuccess) == 3)
        #expect(count(.cacheHit) + count(.cacheMiss) == 3)
    }

    @Test func `every metric has a name, a help and a unit of its own`() {
        let names = MetricName.allCases.map(\.rawValue)
        #expect(Set(names).count == names.count)
        for name in MetricName.allCases { #expect(!name.help.isEmpty && !name.help.hasSuffix(".")) }
    }
}
