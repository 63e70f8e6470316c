import Testing

@testable import audit_query

@Suite struct LoadResumptionTests {
    private func resumption(_ files: [String]) -> LoadResumption {
        LoadResumption(command: ["/opt/bin/audit-query", "load", "--config", "a b.yaml"], files: files)
    }

    @Test func `what is done is told, and the command line begins with the file that is not`() {
        let position = LoadPosition(fileIndex: 1, settledEntries: 2000, storedCount: 3500)
        #expect(
            resumption(["a", "b.gz", "c"]).text(after: position) == """
                3500 records are stored, and the first 2000 lines of b.gz are done. To load the rest:
                  /opt/bin/audit-query load --config 'a b.yaml' --skip 2000 b.gz c
                """)
    }

    @Test func `one record and one line are told as one`() {
        let text = resumption(["a"]).text(after: LoadPosition(settledEntries: 1, storedCount: 1))
        #expect(text.hasPrefix("1 record is stored, and the first line of a is done. "), "\(text)")
    }

    @Test func `before the first line is done, the command line is the same again`() {
        #expect(
            resumption(["a", "b"]).text(after: LoadPosition()) == """
                0 records are stored. To load the rest:
                  /opt/bin/audit-query load --config 'a b.yaml' a b
                """)
    }

    @Test func `standard input has to be sent again`() {
        let position = LoadPosition(settledEntries: 7, storedCount: 5)
        #expect(
            resumption(["-"]).text(after: position) == """
                5 records are stored, and the first 7 lines of standard input are done. To load the rest, send the \
                same input again to:
                  /opt/bin/audit-query load --config 'a b.yaml' --skip 7 -
                """)
    }

    @Test(arguments: [
        (["it's"], "'it'\\''s'"), (["a$b"], "'a$b'"), (["*"], "'*'"), ([""], "''"), (["a\nb"], "'a\nb'"),
        (["zoë"], "'zoë'"), (["~"], "'~'"), (["a-b_c./:=,+@%1"], "a-b_c./:=,+@%1"),
        (["--x", "-"], "-- --x -"),
    ])
    func `files are quoted for a shell, and are no options`(_ files: [String], _ end: String) {
        let line = resumption(files).line(after: LoadPosition())
        #expect(line == "/opt/bin/audit-query load --config 'a b.yaml' \(end)")
    }
}
