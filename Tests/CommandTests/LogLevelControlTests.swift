import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import audit_query

@Suite struct LogLevelControlTests {
    private let folder: TemporaryFolder
    private let log = RecordingLog()
    private let configured = Box(Logger.Level.info)
    private let inForce = Box(Logger.Level.info)
    private let control: LogLevelControl
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    init() throws {
        folder = try TemporaryFolder()
        let (configured, inForce) = (configured, inForce)
        control = LogLevelControl(
            configured: .info, overridePath: folder.file("log-level"), log: log.logger,
            set: { inForce.value = $0 },
            reread: {
                guard configured.value != .critical else { throw SettingsError(description: "wrong") }
                return configured.value
            })
    }

    private func override(_ text: String) throws { _ = try folder.write(text, to: "log-level") }

    @Test func `a level for a while goes before the configuration's, and ends by itself`() throws {
        try override(LogLevelOverride(level: .debug, end: now + 60).text)
        control.look(isAsked: false, now: now)
        #expect(inForce.value == .debug && control.level == .debug && control.overrideEnd == now + 60)
        #expect(log.events.map { $0.text("LEVEL") } == ["debug"])
        // The configuration says otherwise meanwhile: that counts afterwards.
        configured.value = .warning
        control.look(isAsked: true, now: now + 59)
        #expect(inForce.value == .debug && log.events.count == 1)
        control.look(isAsked: false, now: now + 60)
        #expect(inForce.value == .warning && control.overrideEnd == nil)
        #expect(log.events.map { $0.text("LEVEL") } == ["debug", "warning"])
        control.look(isAsked: false, now: now + 61)
        #expect(log.events.count == 2)
    }

    @Test
    func `it ends at once when its file is gone, and a longer one is told though the level is the same`()
        throws
    {
        try override(LogLevelOverride(level: .error, end: now + 60).text)
        control.look(isAsked: false, now: now)
        try override(LogLevelOverride(level: .error, end: now + 120).text)
        control.look(isAsked: false, now: now + 1)
        #expect(control.overrideEnd == now + 120 && log.events.count == 2)
        try FileManager.default.removeItem(atPath: folder.file("log-level"))
        control.look(isAsked: false, now: now + 2)
        #expect(inForce.value == .info && control.overrideEnd == nil)
    }

    @Test func `what is no level is told once and changes nothing`() throws {
        for text in ["", "debug", "loud until 2099-01-01T00:00:00Z", "debug until tomorrow"] {
            try override(text)
            for _ in 0..<3 { control.look(isAsked: false, now: now) }
            #expect(control.level == .info)
        }
        #expect(log.events.map(\.level) == [.warning])
        configured.value = .critical
        control.look(isAsked: true, now: now)
        #expect(control.level == .info && log.events.last?.level == .error)
    }

    @Test func `a file of the past counts for nothing`() throws {
        try override("debug until 2026-05-04T03:15:00Z\n")
        control.look(isAsked: false, now: now)
        #expect(control.level == .info && log.events.isEmpty)
    }

    @Test func `times are whole numbers of seconds, minutes or hours, up to a day`() {
        for (text, seconds) in [("90s", 90), ("15m", 900), ("2h", 7200), ("24h", 86_400), ("1440m", 86_400)] {
            #expect(TimeSpan(argument: text)?.seconds == seconds)
        }
        for text in ["", "15", "m", "0m", "-1m", "1.5h", "25h", "86401s", "1d", "999999999999999999999h"] {
            #expect(TimeSpan(argument: text) == nil, "\(text)")
        }
        #expect(TimeSpan(seconds: 900).defaultValueDescription == "15m")
    }
}

/// A value that closures share.
private final class Box<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) {
        state = Mutex(value)
    }

    var value: Value {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
