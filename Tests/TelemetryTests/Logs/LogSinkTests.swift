import FoundationEssentials
import Logging
import Synchronization
import Systemd
import TestSupport
import Testing

@testable import Telemetry

@Suite struct LogSinkTests {
    private final class Written: Sendable {
        private let kept = Mutex<[LogEntry]>([])
        var entries: [LogEntry] { kept.withLock { $0 } }
        func add(_ entry: LogEntry) { kept.withLock { $0.append(entry) } }
    }

    private let written = Written()
    private let sink: LogSink

    init() {
        sink = LogSink(identifier: "test", level: .info, write: written.add)
    }

    @Test func `a change of the level reaches loggers that were made before`() {
        let log = Logger(sink)
        let copy = log
        copy.debug("not yet")
        sink.level = .debug
        copy.debug("now")
        sink.level = .error
        log.info("no more")
        #expect(written.entries.map(\.message) == ["now"])
        #expect(log.logLevel == .error)
    }

    @Test func `metadata become fields, lists several of one name, and the place in the code is told`() {
        let log = Logger(sink, metadata: ["ENVIRONMENT": "prod"])
        log.warning("constant", metadata: ["REQUEST_ID": ["a", "b"], "STATUS": "503", "bad name=": "x"])
        let fields = written.entries.first?.fields.map { "\($0.name)=\($0.value)" } ?? []
        #expect(
            fields.prefix(5) == [
                "ENVIRONMENT=prod", "REQUEST_ID=a", "REQUEST_ID=b", "STATUS=503", "BAD_NAME_=x",
            ])
        #expect(fields.contains { $0.hasPrefix("CODE_FILE=") && $0.hasSuffix("LogSinkTests.swift") })
    }

    @Test func `the journal's fields are bytes that say priority and identifier`() {
        let entry = LogEntry(
            level: .error, message: "two\nlines",
            fields: [LogEntry.Field("_PID", "1"), LogEntry.Field("A", "ü=")])
        let fields = entry.journalFields(identifier: "audit-query").texts
        // A name that begins with _ would be taken for journald's own.
        #expect(
            fields == ["MESSAGE=two\nlines", "PRIORITY=3", "SYSLOG_IDENTIFIER=audit-query", "PID=1", "A=ü="])
    }

    @Test func `a line of text cannot be made to look like two, or like other fields`() {
        let entry = LogEntry(
            level: .warning, message: "m",
            fields: [
                LogEntry.Field("A", "plain"), LogEntry.Field("B", "x\n2026 error: forged C=1"),
                LogEntry.Field("C", "say \"hi\" \u{1B}[2J"), LogEntry.Field("D", ""),
            ])
        let bytes = StandardErrorText.line(entry, identifier: "t", time: Date(timeIntervalSince1970: 0.5))
        let line = String(decoding: bytes, as: UTF8.self)
        #expect(
            line.hasPrefix("1970-01-01T00:00:00.500Z warning t: m A=plain B=\"x\\n2026 error: forged C=1\""))
        #expect(line.hasSuffix("D=\"\"\n"))
        #expect(line.utf8.count { $0 == UInt8(ascii: "\n") } == 1 && !line.contains("\u{1B}"))
    }

    @Test func `a flood from many threads is a few lines and one count`() {
        let log = Logger(sink)
        onThreads(8) { thread in
            for index in 0..<500 {
                log.error(
                    "the store failed", metadata: ["REQUEST_ID": "\(thread)-\(index)", "ERROR": "gone"])
            }
        }
        sink.tick(now: .now + .seconds(11))
        let entries = written.entries
        #expect(entries.count == FloodFilter.burst + 1)
        #expect(entries.last?.value(of: "REPEATED") == "3995")
    }
}
