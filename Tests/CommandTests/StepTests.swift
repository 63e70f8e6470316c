import TestSupport
import Foundation
import Synchronization
import Testing

@testable import audit_query

/// Steps are all made, or none.
@Suite struct StepTests {
    /// What was done, in order.
    private final class Diary: Sendable {
        private let entries = Mutex<[String]>([])

        var all: [String] { entries.withLock { $0 } }

        func note(_ entry: String) { entries.withLock { $0.append(entry) } }
    }

    private func steps(_ count: Int, failing: Int?, notTakenBack: Int? = nil, _ diary: Diary) -> [Step] {
        (0..<count).map { number in
            Step(name: "step \(number)") { () throws(HostError) in
                diary.note("make \(number)")
                if number == failing { throw HostError("no room") }
            } takeBack: { () throws(HostError) in
                diary.note("take back \(number)")
                if number == notTakenBack { throw HostError("still no room") }
            } settle: {
                diary.note("settle \(number)")
            }
        }
    }

    private func host(isInterrupted: @escaping @Sendable () -> Bool = { false }) -> audit_query.Host {
        audit_query.Host(holdSignals: {}, isInterrupted: isInterrupted)
    }

    @Test func `all are made, then settled`() throws {
        let diary = Diary()
        try steps(2, failing: nil, diary).make(on: host())
        #expect(diary.all == ["make 0", "make 1", "settle 0", "settle 1"])
    }

    @Test(arguments: 0..<4) func `the one that fails and those before it are taken back, the last one first`(
        _ failing: Int
    ) {
        let diary = Diary()
        let error = #expect(throws: HostError.self) { try steps(4, failing: failing, diary).make(on: host()) }
        #expect(error?.description == "no room; nothing has changed" && error?.status == .partial)
        let made = (0...failing).map { "make \($0)" }
        let takenBack = (0...failing).reversed().map { "take back \($0)" }
        #expect(diary.all == made + takenBack + (0...failing).map { "settle \($0)" })
    }

    @Test func `one that cannot be taken back ends the way back, and what stays is said`() {
        let diary = Diary()
        let steps = steps(4, failing: 3, notTakenBack: 1, diary)
        let error = #expect(throws: HostError.self) { try steps.make(on: host()) }
        #expect(diary.all.suffix(3) == ["take back 3", "take back 2", "take back 1"])
        let text = error?.description ?? ""
        #expect(text.contains("no room; it could not all be taken back (still no room)"))
        #expect(text.contains("step 0, step 1.") && !text.contains("step 2"))
    }

    @Test func `an interruption between two steps takes back what was made`() {
        let diary = Diary()
        let host = host { diary.all.count == 2 }
        let error = #expect(throws: HostError.self) { try steps(4, failing: nil, diary).make(on: host) }
        #expect(error?.status == .interrupted)
        #expect(
            diary.all.filter { !$0.hasPrefix("settle") }
                == ["make 0", "make 1", "take back 1", "take back 0"])
    }

    @Test func `a file that is taken back is the very one of before`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("before", to: "file")
        let number = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
        let file = ReplacedFile(path)
        try file.write("after")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "after")
        try file.takeBack()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int == number)
        // A second time, as after a step that was not begun.
        try file.takeBack()
        let new = ReplacedFile(folder.file("new"))
        try new.write("after")
        try new.takeBack()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
    }

    @Test func `a file that cannot be written stays, and leaves nothing beside it`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("before", to: "file")
        let file = ReplacedFile(path)
        // Where the new one would be written.
        try FileManager.default.createDirectory(atPath: "\(path).new", withIntermediateDirectories: false)
        #expect(throws: HostError.self) { try file.write("after") }
        try file.takeBack()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
    }
}
