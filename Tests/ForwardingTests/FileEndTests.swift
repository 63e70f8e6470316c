import Foundation
import RecordForms
import TestSupport
import Testing

@testable import AuditRecords
@testable import Forwarding
@testable import StoreConformance

/// A file has whole lines, each once, whatever is in it before.
@Suite struct FileEndTests {
    private let wide = FileEnd.Rotation(bytes: 1 << 30, seconds: 86_400)

    private func files(_ place: Forwarded, _ prefix: String = "out") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: place.folder.path).filter { $0.hasPrefix(prefix) }
            .sorted()
    }

    @Test func `all of it is there once, in order`() throws {
        let place = try Forwarded(95)
        let now = TestRecord.instant("2024-03-01T00:00:00Z")
        try place.run(to: FileEnd(place.folder.file("out.ndjson"), wide, now: { now }))
        #expect(Forwarded.ids(place.folder.text("out.ndjson")) == Array(0..<95))
        // And nothing more of it when it is run again.
        try place.run(to: FileEnd(place.folder.file("out.ndjson"), wide, now: { now }))
        #expect(Forwarded.ids(place.folder.text("out.ndjson")) == Array(0..<95))
    }

    @Test func `what a process that died has left of a line is cut off`() throws {
        let place = try Forwarded(3)
        // More than what comes in its place.
        let half = "{\"auditId\":\"78\",\"a\":\"" + String(repeating: "x", count: 10_000)
        try place.folder.write("{\"auditId\":\"77\"}\n\(half)", to: "out.ndjson")
        let now = TestRecord.instant("2024-03-01T00:00:00Z")
        try place.run(to: FileEnd(place.folder.file("out.ndjson"), wide, now: { now }))
        #expect(Forwarded.ids(place.folder.text("out.ndjson")) == [77, 0, 1, 2])
        #expect(place.folder.text("out.ndjson").hasPrefix("{\"auditId\":\"77\"}\n{\"id\""))
    }

    @Test func `it gets another name when it is large, and none is written over`() throws {
        let place = try Forwarded(60)
        let now = TestRecord.instant("2024-03-01T00:00:00Z")
        try place.run(
            to: FileEnd(place.folder.file("out.ndjson"), .init(bytes: 5000, seconds: 86_400), now: { now }))
        let names = try files(place)
        #expect(names.count > 2 && names.contains("out-20240301T000000Z.ndjson"), "\(names)")
        #expect(names.contains("out-20240301T000000Z.1.ndjson"), "\(names)")
        #expect(Set(names.flatMap { Forwarded.ids(place.folder.text($0)) }) == Set(0..<60))
        #expect(names.reduce(0) { $0 + Forwarded.ids(place.folder.text($1)).count } == 60)
    }

    @Test func `it gets another name when its time is over`() throws {
        let place = try Forwarded(40)
        var now = TestRecord.instant("2024-03-01T23:59:58Z")
        let far = FileEnd(place.folder.file("out.ndjson"), wide) {
            now = now.advanced(bySeconds: 1)
            return now
        }
        try place.run(to: far)
        let names = try files(place)
        #expect(names.count == 2 && names[0].hasPrefix("out-20240302T"), "\(names)")
        #expect(names.flatMap { Forwarded.ids(place.folder.text($0)) } == Array(0..<40))
    }

    @Test(arguments: ["moved", "removed", "emptied", "replaced", "written to"], [false, true])
    func `what is not on the disk for sure when somebody takes the file away is sent again`(
        how: String, isSettledEachTime: Bool
    ) throws {
        var place = try Forwarded(50)
        let (path, folder) = (place.folder.file("out.ndjson"), place.folder)
        let now = TestRecord.instant("2024-03-01T00:00:00Z")
        let far = EndThatMaySettle(
            FileEnd(path, wide, now: { now }), interval: isSettledEachTime ? .zero : .seconds(3600))
        var isDone = false
        place.beforeRead = { start in
            guard start == 30, !isDone else { return }
            isDone = true
            Self.disturb(how, path, folder)
        }
        let told = try place.run(to: far)
        let kept = Forwarded.ids(folder.text("out.ndjson"))
        // What was settled is where the file is now, and nobody is to get it again.
        let isThere = how == "written to"
        let expected = Array((isSettledEachTime && !isThere ? 30 : 0)..<50)
        #expect(Array(kept.suffix(expected.count)) == expected, "\(how): \(kept)")
        #expect(isSettledEachTime || told.first?.contains("was moved, removed or changed") == true, "\(told)")
        #expect(!folder.text("out.ndjson").utf8.contains(0))
        if how == "moved" { #expect(Forwarded.ids(folder.text("taken")) == Array(0..<30)) }
    }

    @Test func `what is not on the disk for sure is sent again when the file is gone at the end`() throws {
        var place = try Forwarded(30)
        let (path, folder) = (place.folder.file("out.ndjson"), place.folder)
        let now = TestRecord.instant("2024-03-01T00:00:00Z")
        let far = EndThatMaySettle(FileEnd(path, wide, now: { now }), interval: .seconds(3600))
        var reads = 0
        place.beforeRead = { start in
            guard start == 30 else { return }
            reads += 1
            if reads == 1 { Self.disturb("removed", path, folder) }
        }
        try place.run(to: far)
        #expect(Forwarded.ids(folder.text("out.ndjson")) == Array(0..<30))
    }

    private static func disturb(_ how: String, _ path: String, _ folder: TemporaryFolder) {
        switch how {
        case "removed": unlink(path)
        case "emptied": truncate(path, 0)
        case "written to":
            if let file = FileHandle(forWritingAtPath: path) {
                file.seekToEndOfFile()
                file.write(Data("half a line".utf8))
            }
        default:
            rename(path, folder.file("taken"))
            if how == "replaced" { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        }
    }

    @Test func `dead letters go on where somebody has taken the file away`() throws {
        var place = try Forwarded(30)
        place.batchSize = 10
        let path = place.deadLetters
        place.beforeRead = { start in if start == 10 { unlink(path) } }
        try place.run(to: RefusingEnd())
        #expect(Forwarded.ids(place.folder.text("dead")) == Array(10..<30))
    }

    @Test func `a file that another process writes into is left alone`() throws {
        let path = try Forwarded(1).folder.file("nowhere/out")
        let far = FileEnd(path, wide, now: { TestRecord.instant("2024-03-01T00:00:00Z") })
        #expect(throws: FarEndError.self) { try far.send(ForwardedBatch(.init(.json, version: "1")), 0..<0) }
        let place = try Forwarded(1)
        let file = try LineFile(place.folder.file("out"))
        #expect(throws: LineFileError.self) { try LineFile(place.folder.file("out")) }
        withExtendedLifetime(file) {}
    }

    @Test func `dead letters have an end, and then it stops`() throws {
        let place = try Forwarded(30, attributes: "{\"action\":\"\(String(repeating: "x", count: 100))\"}")
        let far = RefusingEnd()
        #expect(throws: ForwardFault.self) { try place.run(to: far, deadLetterBytes: 2000) }
        let kept = Forwarded.ids(place.folder.text("dead"))
        #expect(kept == Array(0..<kept.count) && !kept.isEmpty)
        // With room for them it goes on, and none is left out.
        try place.run(to: far)
        #expect(Set(Forwarded.ids(place.folder.text("dead"))) == Set(0..<30))
    }

    /// A file that is settled so often.
    private final class EndThatMaySettle: FarEnd {
        private let file: FileEnd
        let settleInterval: Duration
        var name: String { file.name }
        var isSettled: Bool { file.isSettled }
        var keepsWhatWasSent: Bool { file.keepsWhatWasSent }
        var needsEqualBatches: Bool { file.needsEqualBatches }

        init(_ file: FileEnd, interval: Duration) {
            self.file = file
            settleInterval = interval
        }

        func send(_ batch: borrowing ForwardedBatch, _ range: Range<Int>) throws(FarEndError) {
            try file.send(batch, range)
        }

        func settle() throws(FarEndError) { try file.settle() }
    }

    private final class RefusingEnd: FarEnd {
        let (name, isSettled, settleInterval) = ("refusing", true, Duration.zero)
        let (keepsWhatWasSent, needsEqualBatches) = (true, false)

        func send(_ batch: borrowing ForwardedBatch, _ range: Range<Int>) throws(FarEndError) {
            throw .refused(.whole(reason: "is refused"))
        }

        func settle() {}
    }
}
