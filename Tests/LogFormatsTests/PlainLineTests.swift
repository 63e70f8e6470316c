import AuditRecords
import DemoData
import Testing
@testable import LogFormats

/// The fast way to read a line says what the careful one says, or nothing.
struct PlainLineTests {
    private static let whole =
        #"{"auditId":"a-1","timestamp":"2024-01-31T10:00:00.000Z","systemId":"s","userId":"u","resourceId":"r","#
        + #""action":"x","n":{"a":[1,2.5e3,null],"b":"\n"}}"#

    /// What the careful way makes of it, the rules included.
    private func careful(_ line: [UInt8]) -> AuditRecord? {
        guard case .record(let record)? = try? RecordLine(line) else { return nil }
        return RecordRules.faults(of: record).isEmpty ? record : nil
    }

    @Test func `lines as they are usually written are plain`() throws {
        for line in DemoRecords(seed: 1, until: Day(daysSince1970: 19_782), count: 200) {
            let line = line.last == 0x0A ? Array(line.dropLast()) : line
            let record = try #require(PlainLine.record(line))
            #expect(record == careful(line) && record.key.timestamp == careful(line)?.key.timestamp)
        }
    }

    @Test func `changed lines are read as the careful way reads them, or left to it`() {
        var mutation = Mutation(numbers: Numbers(seed: 9))
        var count = 0
        let pieces = [
            #""id":"x","#, #" "a" : 1 , "#, #""auditId":"b","#, #""PK":1,"#, #""\u0061":1,"#, #""":1,"#,
            #""userId":1,"#, #""t":"\ud800","#, #""action":2,"#, #""records":[],"#,
        ]
        for turn in 0..<4000 {
            var line = Array(Self.whole.utf8)
            if turn % 2 == 0 {
                line.insert(contentsOf: pieces[turn / 2 % pieces.count].utf8, at: 1)
            }
            if turn % 3 != 0 { line = mutation.changed(line) }
            guard !line.contains(0x0A), let record = PlainLine.record(line) else { continue }
            count += 1
            let other = careful(line)
            #expect(record == other, "\(String(decoding: line, as: UTF8.self))")
            #expect(record.key.timestamp == other?.key.timestamp)
        }
        #expect(count > 200)
    }
}
