import Testing

@testable import LogFormats

/// Where whoever goes on without a reader has to begin.
@Suite struct OpenLineTests {
    private func reader(_ name: String) throws -> any SourceReader {
        try #require(LogFormat.named(name)).reader(FormatOptions())
    }

    private func openLine(_ name: String, _ text: String) throws -> Int? {
        var reader = try reader(name)
        _ = reader.take(Array(text.utf8)[...])
        _ = reader.settle()
        return reader.openLine
    }

    @Test func `between values of JSON nothing is open, and within one its first line is`() throws {
        #expect(try openLine("vault", "{}\n{}\n") == nil)
        #expect(try openLine("vault", "{}\n{\n\"a\":1\n") == 2)
        #expect(try openLine("vault", "{}\nnonsense\n") == nil)
        #expect(try openLine("cloudtrail", "{\"Records\":[\n{},\n{},\n") == 1)
    }

    private func line(_ seconds: Int, _ serial: Int, _ type: String = "X") -> String {
        "type=\(type) msg=audit(\(seconds).000:\(serial)): auid=1\n"
    }

    @Test func `of auditd the oldest event is open that has not ended`() throws {
        #expect(try openLine("auditd", line(100, 1) + line(100, 1, "EOE")) == nil)
        #expect(try openLine("auditd", line(100, 1) + line(100, 1, "EOE") + line(100, 2)) == 3)
    }

    @Test func `an event that was given and has lines behind the open one is read again whole`() throws {
        // 1 begins before 2, which is open, and ends behind it.
        let text = line(100, 1) + line(100, 2) + line(100, 1, "EOE")
        #expect(try openLine("auditd", text) == 1)
        // 3 begins before 1, and reaches into it.
        let chain = line(100, 3) + line(100, 1) + line(100, 3, "EOE") + line(100, 2) + line(100, 1, "EOE")
        #expect(try openLine("auditd", chain) == 1)
    }

    @Test func `what is held is given when nothing comes any more, and then nothing is open`() throws {
        var reader = try reader("auditd")
        _ = reader.take(Array(line(100, 1).utf8)[...])
        #expect(reader.settle().isEmpty)
        #expect(reader.settleHeld().count == 1)
        #expect(reader.openLine == nil)
    }

    @Test func `PostgreSQL's rows and entries are open until they end`() throws {
        let entry = "2024-01-31 10:00:00.000 UTC [1] u@d LOG:  AUDIT: SESSION,1,1,READ,SELECT,,,\"select\n"
        #expect(try openLine("pgaudit", entry + "\t1\"\n") == 1)
    }

    /// Or the rest of it, which comes a little later, would be another row.
    @Test func `half a row is awaited, however long nothing comes`() throws {
        let commas = String(repeating: ",", count: 22)
        let row = "2024-01-31 10:00:00.000 UTC\(commas)\n"
        var log = try reader("pgaudit")
        _ = log.take(Array((row + "2024-01-31 10:00:00.000 UTC,\"ann\n").utf8)[...])
        #expect(log.settleHeld().isEmpty)
        #expect(log.openLine == 2)
        var mapping = EventMapping(name: "shop", time: try #require(MemberPath("t")))
        mapping.shape = .csv
        mapping.columns = ["t", "what"]
        var table = LogFormat(mapping).reader(FormatOptions())
        _ = table.take(Array("2024-01-31T10:00:00Z,a\n2024-01-31T10:00:00Z,\"b\n".utf8)[...])
        #expect(table.settleHeld().isEmpty)
        #expect(table.openLine == 2)
        #expect(table.take(Array("c\"\n".utf8)[...]).count == 1)
        #expect(table.openLine == nil)
    }

    @Test(arguments: [
        ("m365", "CreationDate,AuditData\n", true), ("m365", "{}\n", false), ("vault", "{}\n", false),
        ("journald", "__CURSOR=a\n", true), ("journald", "{}\n", false), ("auditd", "type=X\n", false),
        ("pgaudit", "2024-01-31,x\n", false),
    ])
    func `what says nothing without its beginning cannot be followed`(
        name: String, text: String, isUnfollowable: Bool
    ) throws {
        var reader = try reader(name)
        _ = reader.take(Array(text.utf8)[...])
        #expect((reader.unfollowable != nil) == isUnfollowable)
        var source = LogSource(.format(try #require(LogFormat.named(name))), FormatOptions())
        source.take(Array(text.utf8)[...]) { _ throws(Never) in }
        #expect((source.unfollowable != nil) == isUnfollowable)
    }

    @Test func `a table of a mapping can be followed where its columns are named`() throws {
        var mapping = EventMapping(name: "shop", time: try #require(MemberPath("t")))
        mapping.shape = .csv
        #expect(LogFormat(mapping).reader(FormatOptions()).unfollowable?.contains("columns") == true)
        mapping.columns = ["t"]
        #expect(LogFormat(mapping).reader(FormatOptions()).unfollowable == nil)
    }

    @Test func `detection waits for whole lines and then says what they are`() throws {
        var source = LogSource(.detected, FormatOptions())
        var items = 0
        let event = #"{"type":"request","time":"2024-01-31T10:00:00Z","request":{"id":"1"}}"#
        func count(_ item: LogSource.Item) throws(Never) { items += 1 }
        source.take(Array(event.utf8)[...], count)
        source.settle(withHeld: false, count)
        #expect(items == 0 && source.openLine == 1)
        source.take([0x0A], count)
        source.settle(withHeld: false, count)
        #expect(items == 1 && source.openLine == nil)
        // Half of a value says nothing.
        var half = LogSource(.detected, FormatOptions())
        half.take(Array("{\n\"x\":\n".utf8)[...], count)
        half.settle(withHeld: true, count)
        #expect(half.openLine == 1)
    }
}
