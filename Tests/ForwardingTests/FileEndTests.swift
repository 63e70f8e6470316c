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
        try place.folder.write("{\"auditId\":\"77\"}\n{\"auditId\":\"78", to: "out.ndjson")
        let now = TestRecord.instant("2024-03-01T00:00:00Z")
        try place.run(to: FileEnd(place.folder.file("out.ndjson"), wide, now: { now }))
        #expect(Forwarded.ids(place.folder.text("out.ndjson")).suffix(3) == [0, 1, 2])
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

    private final class RefusingEnd: FarEnd {
        let (name, isSettled, settleInterval) = ("refusing", true, Duration.zero)
        let (keepsWhatWasSent, needsEqualBatches) = (true, false)

        func send(_ batch: borrowing ForwardedBatch, _ range: Range<Int>) throws(FarEndError) {
            throw .refused(.whole(reason: "is refused"))
        }

        func settle() {}
    }
}
