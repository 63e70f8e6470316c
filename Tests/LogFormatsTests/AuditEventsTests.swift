import Testing

@testable import LogFormats

/// Lines of an event are joined wherever they stand, in memory that has a bound.
struct AuditEventsTests {
    private func line(_ number: Int, _ seconds: Int, _ serial: Int, _ type: String = "X") -> TextLine {
        let text = "type=\(type) msg=audit(\(seconds).000:\(serial)): auid=\(serial) pad=0123456789"
        return TextLine(number: number, bytes: Array(text.utf8))
    }

    private func texts(_ events: [TextEvent]) -> [String] {
        events.map { event in
            switch event.result {
            case .success(let found):
                guard case .lines(let lines) = found.details else { return "json" }
                return "\((found.auditId ?? []).text): \(lines.count)"
            case .failure(.refused(let reason)): return reason
            case .failure(.skipped(let reason)): return reason
            }
        }
    }

    @Test func linesAreJoinedFarApart() {
        var events = AuditEvents()
        var given: [TextEvent] = []
        for number in 1...10_000 { given += events.take(line(number, number, number)) }
        for number in 1...10_000 { given += events.take(line(10_000 + number, number, number, "PATH")) }
        #expect(given.isEmpty)
        #expect(texts(events.end()) == (1...10_000).map { "\($0).000:\($0): 2" })
    }

    @Test func eventsThatHaveEndedAreGivenWhileMoreComes() {
        var events = AuditEvents()
        _ = events.take(line(1, 100, 1))
        _ = events.take(line(2, 101, 2))
        #expect(events.settle().isEmpty)
        _ = events.take(line(3, 101, 2, "EOE"))
        #expect(texts(events.settle()) == ["101.000:2: 2"])
        _ = events.take(line(4, 102, 3))
        #expect(texts(events.settle()) == ["100.000:1: 1"])
        // What was given must not be replaced by a part of it.
        #expect(
            texts(events.take(line(5, 100, 1, "PATH"))) == [
                "comes too late: the event 100.000:1 that it is of ended before"
            ])
        #expect(texts(events.end()) == ["102.000:3: 1"])
    }

    @Test func whatIsHeldIsBounded() {
        var events = AuditEvents(room: 10_000)
        var (given, held, mostHeld) = ([TextEvent](), 0, 0)
        for number in 1...5000 {
            // Of one second: none of them has ended.
            let now = events.take(line(number, 100, number))
            held += 1 - now.count
            mostHeld = max(mostHeld, held)
            given += now
        }
        given += events.end()
        #expect(mostHeld < 100)
        #expect(texts(given) == (1...5000).map { "100.000:\($0): 1" })
    }

    @Test func eventsThatHaveEndedMakeRoomFirst() {
        var events = AuditEvents(room: 10_000)
        _ = events.take(line(1, 500, 1))
        var given: [TextEvent] = []
        for number in 2...300 { given += events.take(line(number, 100, number)) }
        given += events.take(line(301, 500, 1, "PATH"))
        given += events.end()
        #expect(texts(given).filter { $0.hasPrefix("500.") } == ["500.000:1: 2"])
        #expect(given.count == 300)
    }
}
