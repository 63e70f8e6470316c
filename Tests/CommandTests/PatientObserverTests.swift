import Dispatch
import SQLiteRecords
import Synchronization
import TestSupport
import Testing
@testable import audit_query

/// Who asks how a worker is waits for no disk.
@Suite struct PatientObserverTests {
    @Test func `a look that does not end is not waited for, and no second one is begun`() {
        let (gate, looks) = (DispatchSemaphore(value: 0), Counter())
        let observer = PatientObserver<[IndexState]> {
            if looks.next() > 1 { gate.wait() }
            return []
        }
        // It waits half a second for a thread, which may begin later on a busy machine.
        #expect(eventually { observer.seen()?.isEmpty == true })
        #expect(observer.seen()?.isEmpty == true, "what was seen before is told")
        #expect(observer.seen()?.isEmpty == true)
        #expect(eventually { looks.count == 2 })
        gate.signal()
    }

    @Test func `where nothing can be told, nothing is`() {
        #expect(PatientObserver<[IndexState]> { nil }.seen() == nil)
    }

    private final class Counter: Sendable {
        private let value = Mutex(0)
        var count: Int { value.withLock { $0 } }
        func next() -> Int {
            value.withLock { value in
                value += 1
                return value
            }
        }
    }
}
