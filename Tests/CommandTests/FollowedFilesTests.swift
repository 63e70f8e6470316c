import Foundation
import Glibc
import TestSupport
import Testing

@testable import audit_query

/// What is read of a file that is renamed, copied, emptied and written to, without a loader.
@Suite struct FollowedFilesTests {
    private let folder: TemporaryFolder
    private var path: String { folder.file("a.log") }

    init() throws { folder = try TemporaryFolder() }

    private func append(_ text: String, to name: String = "a.log") throws {
        let descriptor = open(folder.file(name), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        try #require(write(descriptor, bytes, bytes.count) == bytes.count)
    }

    private func move(_ from: String, _ to: String) {
        #expect(rename(folder.file(from), folder.file(to)) == 0)
    }

    /// All that can be read now.
    private func read(_ files: inout FollowedFiles, _ notices: inout [String]) throws -> String {
        var text: [UInt8] = []
        for _ in 0..<3 {
            files.look { notices.append($0) }
            try untilDone("all that the files have") {
                guard let bytes = try files.read() else { return true }
                text += bytes
                return false
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private func read(_ files: inout FollowedFiles) throws -> String {
        var notices: [String] = []
        let text = try read(&files, &notices)
        #expect(notices.isEmpty)
        return text
    }

    /// Everything is stored; then the loader is killed, and begins again.
    private func begunAgain(_ files: inout FollowedFiles) throws -> FollowedFiles {
        files.settle(before: files.lineCount + 1)
        let text = try JSONEncoder().encode(files.places)
        let places = try JSONDecoder().decode([FilePlace].self, from: text)
        return FollowedFiles(path, from: places) { Issue.record("\($0)") }
    }

    @Test func `a half line is awaited, and given when it is whole`() throws {
        var files = FollowedFiles(path, from: []) { _ in }
        #expect(try read(&files) == "")
        try append("one\ntw")
        #expect(try read(&files) == "one\n")
        #expect(try read(&files) == "")
        try append("o\n")
        #expect(try read(&files) == "two\n")
    }

    @Test func `a renamed file is read to its end, and what comes late as well, and then the new one`() throws
    {
        try append("one\n")
        var files = FollowedFiles(path, from: []) { _ in }
        #expect(try read(&files) == "one\n")
        try append("two\n")
        move("a.log", "a.log.1")
        try append("three\n", to: "a.log.1")
        try append("four\n")
        #expect(try read(&files) == "two\nthree\nfour\n")
        try append("five\n", to: "a.log.1")
        #expect(try read(&files) == "five\n")
    }

    @Test func `a file that was emptied is begun again, and its copy read from where it was`() throws {
        try append("one\n")
        var files = FollowedFiles(path, from: []) { _ in }
        #expect(try read(&files) == "one\n")
        files.settle(before: 2)
        try append("two\n")
        try FileManager.default.copyItem(atPath: path, toPath: folder.file("a.log.1"))
        #expect(truncate(path, 0) == 0)
        // Longer than before: its size tells nothing.
        try append("three and more\n")
        var notices: [String] = []
        let text = try read(&files, &notices)
        #expect(text == "two\nthree and more\n")
        #expect(notices == ["\(path) was made empty: it is read from its beginning"])
    }

    @Test func `files that were rotated while nobody looked are all read`() throws {
        try append("one\n")
        var files = FollowedFiles(path, from: []) { _ in }
        #expect(try read(&files) == "one\n")
        var later = try begunAgain(&files)
        try append("two\n")
        move("a.log", "a.log.1")
        try append("three\n")
        move("a.log.1", "a.log.2")
        move("a.log", "a.log.1")
        try append("four\n")
        let text = try read(&later)
        #expect(text == "two\nthree\nfour\n")
        var last = try begunAgain(&later)
        let rest = try read(&last)
        #expect(rest == "")
    }

    @Test func `what is not settled is read again, from the line on`() throws {
        try append("one\ntwo\nthree\n")
        var files = FollowedFiles(path, from: []) { _ in }
        #expect(try read(&files) == "one\ntwo\nthree\n")
        files.settle(before: 2)
        #expect(files.places.map(\.offset) == [4])
        var later = FollowedFiles(path, from: files.places) { _ in }
        #expect(try read(&later) == "two\nthree\n")
        #expect(later.starts.number(of: 1) == 2)
    }

    @Test func `a file that is gone is said, and a new one under its number is not taken for it`() throws {
        try append("one\n")
        var files = FollowedFiles(path, from: []) { _ in }
        #expect(try read(&files) == "one\n")
        files.settle(before: 2)
        unlink(path)
        try append("other\nlines\n")
        var notices: [String] = []
        var place = try #require(files.places.first)
        place.inode = try #require(OpenFile.status(path)).inode
        var later = FollowedFiles(path, from: [place]) { notices.append($0) }
        #expect(notices.count == 1 && notices[0].contains("is not there any more"))
        #expect(try read(&later, &notices) == "other\nlines\n")
    }

    @Test func `a file that comes and goes before anybody looks is read, if it was awaited`() throws {
        let files = FollowedFiles(path, from: []) { _ in }
        try append("one\n")
        move("a.log", "a.log.1")
        try append("two\n")
        var later = FollowedFiles(path, from: files.places) { _ in }
        #expect(try read(&later) == "one\ntwo\n")
    }

    @Test func `a line that is too long comes as it is, whole or not`() throws {
        let long = String(repeating: "x", count: 5 << 20)
        try append(long)
        var files = FollowedFiles(path, from: []) { _ in }
        let first = try read(&files)
        files.settle(before: files.lineCount + 1)
        // It has not ended: nothing of it is settled.
        #expect(files.places.map(\.offset) == [0])
        try append("y\nnext\n")
        #expect(try first + read(&files) == long + "y\nnext\n")
        files.settle(before: files.lineCount + 1)
        #expect(files.places.map(\.offset) == [Int64(long.utf8.count) + 7])
    }

    @Test(arguments: [
        ("a.log.1", true), ("a.log-20240131", true), ("a-20240131.log", true), ("a.log", false),
        ("a.login", false),
        ("a-error.log", false), ("b.log.1", false), ("a.log.2.gz", true),
    ])
    func `rotated files are known by their names`(name: String, isRotated: Bool) {
        #expect(RotatedFiles.isRotated(name, of: "a.log") == isRotated)
    }
}
