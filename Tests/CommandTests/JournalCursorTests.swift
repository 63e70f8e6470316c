import AuditStores
import Foundation
import LogFormats
import TestSupport
import Testing

@testable import audit_query

/// What `load --cursor-file` keeps: nothing that is not stored.
@Suite struct JournalCursorTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func entry(_ number: Int, _ cursor: String?) -> String {
        let member = cursor.map { "\"__CURSOR\":\"\($0)\"," } ?? ""
        return "{\(member)\"__REALTIME_TIMESTAMP\":\"\(1_700_000_000_000_000 + number)\"}\n"
    }

    /// Loads a text, and gives what the cursor's file has then.
    private func kept(_ text: String, _ store: FailingStore) throws -> String? {
        try folder.write(text, to: "journal")
        let progress = LoadProgress(isShown: false, skipping: 0)
        let loading = FileLoading(
            store: store, progress: progress,
            report: LoadReport(lines: ToldLines(above: progress), rejects: nil, journal: nil),
            format: .format(try #require(LogFormat.named("journald"))),
            cursor: JournalCursor(path: folder.file("cursor")))
        do throws(StoreError) {
            _ = try loading.load([folder.file("journal")])
        } catch {
            #expect(error.description == "is away")
        }
        return try? String(contentsOfFile: folder.file("cursor"), encoding: .utf8)
    }

    @Test func `it is that of the last entry, and stays where one has none`() throws {
        let text = entry(1, "s=a;i=1") + entry(2, "s=a;i=2") + entry(3, nil) + "nonsense\n"
        #expect(try kept(text, FailingStore(failsAt: nil)) == "s=a;i=2\n")
        #expect(try kept("", FailingStore(failsAt: nil)) == "s=a;i=2\n")
    }

    @Test(arguments: [0, 1, 2])
    func `where the store fails it is not moved`(_ failure: Int) throws {
        let text = (1...2500).map { entry($0, "s=a;i=\($0)") }.joined()
        #expect(try kept(text, FailingStore(failsAt: failure)) == nil)
    }

    @Test func `a file that cannot be written ends the load`() throws {
        let cursor = JournalCursor(path: folder.file("nowhere/cursor"))
        var reader = try #require(LogFormat.named("journald")).reader(FormatOptions())
        for reading in reader.take(Array(entry(1, "s=a;i=1").utf8)[...]) { cursor.take(reading) }
        #expect {
            try cursor.store()
        } throws: { error in
            "\(error)".hasPrefix("--cursor-file: \(folder.file("nowhere/cursor"))")
        }
    }
}
