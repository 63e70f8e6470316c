import AuditStores
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import QueryService

/// Many who ask at once whether the store answers take a few threads.
@Suite struct SharedProbeTests {
    @Test func `one asks, a few wait for what it hears, and the rest is told at once`() throws {
        let probe = SharedProbe()
        let asked = Atomic(0)
        let hang = DispatchSemaphore(value: 0)
        let failed = Mutex<[StoreError.Code]>([])
        let ended = DispatchGroup()
        @Sendable func ask() {
            do throws(StoreError) {
                try probe.run { () throws(StoreError) in
                    asked.add(1, ordering: .relaxed)
                    hang.wait()
                    throw StoreError(.unavailable, "it does not answer")
                }
            } catch {
                failed.withLock { $0.append(error.code) }
            }
            ended.leave()
        }
        for _ in 0..<40 {
            ended.enter()
            Thread.detachNewThread { ask() }
        }
        try eventually("most are told") { failed.withLock { $0.count } == 39 - SharedProbe.mostWaiting }
        #expect(failed.withLock { $0.allSatisfy { $0 == .busy } })
        #expect(asked.load(ordering: .relaxed) == 1)
        hang.signal()
        ended.wait()
        #expect(failed.withLock { $0.count { $0 == .unavailable } } == 1 + SharedProbe.mostWaiting)
        // Whoever asks later asks anew.
        for turn in 2...3 {
            #expect(throws: Never.self) {
                try probe.run { () throws(StoreError) in asked.add(1, ordering: .relaxed) }
            }
            #expect(asked.load(ordering: .relaxed) == turn)
        }
    }
}
