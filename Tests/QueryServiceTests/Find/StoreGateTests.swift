@testable import QueryService
import TestSupport
import CoreMetrics
import Testing
@testable import AuditStores

@Suite struct StoreGateTests {
    @Test func `as many as the limit get in, the next one is told at once, and places come free`() {
        let gate = StoreGate(limit: 3, shed: Counter(label: "shed", factory: NOOPMetricsHandler.instance))
        let barrier = Barrier()
        let inside = (0..<3).map { _ in
            Running { (try? gate.pass { () throws(AnswerFailure) in barrier.wait() }) != nil }
        }
        #expect(eventually { barrier.arrived == 3 })
        for _ in 0..<5 {
            let failure = #expect(throws: AnswerFailure.self) {
                try gate.pass { () throws(AnswerFailure) in }
            }
            guard case .store(let error) = failure else { continue }
            #expect(error.code == .busy)
        }
        barrier.open()
        for thread in inside { #expect(thread.result() == true) }
        for _ in 0..<5 {
            #expect(throws: AnswerFailure.self) {
                try gate.pass { () throws(AnswerFailure) in throw .fault("a failure frees the place too") }
            }
        }
        #expect((try? gate.pass { () throws(AnswerFailure) in 1 }) == 1)
    }

    @Test func `never more than the limit are inside`() {
        let gate = StoreGate(limit: 2, shed: Counter(label: "shed", factory: NOOPMetricsHandler.instance))
        let inside = Counter()
        onThreads(8) { _ in
            for _ in 0..<200 {
                _ = try? gate.pass { () throws(AnswerFailure) in
                    #expect(inside.add() <= 2)
                    inside.subtract()
                }
            }
        }
        #expect(inside.value == 0)
    }
}
