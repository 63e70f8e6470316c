import Foundation
import Logging
import TestSupport
import Testing

@testable import audit_query

@Suite struct FileRefreshTests {
    private let log = RecordingLog()

    @Test func `whoever asks waits until everything has been read`() {
        let asked = Counter()
        let refresh = FileRefresh(every: .seconds(3600), log: log.logger) { isAsked in
            if isAsked { asked.add() }
        }
        for number in 1...50 {
            refresh.refresh(within: .seconds(10))
            #expect(asked.value == number)
        }
        #expect(log.events.isEmpty)
    }

    @Test func `files are looked at again and again without being asked`() {
        let looks = Counter()
        let refresh = FileRefresh(every: .milliseconds(1), log: log.logger) { isAsked in
            #expect(!isAsked)
            looks.add()
        }
        #expect(eventually { looks.value >= 3 })
        withExtendedLifetime(refresh) {}
    }

    @Test func `a look that hangs holds up nobody, and is reported once, as is its end`() {
        let barrier = Barrier()
        let refresh = FileRefresh(every: .seconds(3600), hungAfter: .zero, log: log.logger) { _ in
            barrier.wait()
        }
        refresh.refresh(within: .milliseconds(10))
        #expect(eventually { barrier.arrived == 1 })
        for _ in 0..<3 { refresh.reportIfHung() }
        #expect(log.events.map(\.level) == [.error])
        barrier.open()
        #expect(eventually { log.events.map(\.level) == [.error, .notice] })
        refresh.refresh(within: .seconds(10))
        #expect(log.events.count == 2)
    }
}
