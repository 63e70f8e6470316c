import Foundation
import Glibc
import Gzip
import Testing

@Suite struct GzipDescriptorTests {
    /// Both ends of a pipe.
    private func makePipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    private func send(_ bytes: [UInt8], to descriptor: Int32) throws {
        let count = write(descriptor, bytes, bytes.count)
        try #require(count == bytes.count)
    }

    @Test func `a pipe's bytes come out as they arrive`() throws {
        let ends = try makePipe()
        defer { close(ends.read) }
        var reader = GzipReader(descriptor: ends.read, name: "standard input")
        #expect(reader.sourceSize == nil)
        var buffer = [UInt8](repeating: 0, count: 1000)

        // The writer's end stays open: a reader that waited for more would wait for ever.
        let first = lines(2)
        try send(Gzip.compress(first), to: ends.write)
        #expect(try reader.read(into: &buffer) == first.count)
        #expect(Array(buffer[..<first.count]) == first)

        let second = lines(3)
        try send(Gzip.compress(second), to: ends.write)
        close(ends.write)
        let rest = readAll(&reader)
        #expect(rest.bytes == second)
        #expect(rest.error == nil)
    }

    @Test func `a pipe that brings single bytes`() throws {
        let ends = try makePipe()
        defer { close(ends.read) }
        let text = lines(4)
        for byte in try Gzip.compress(text) { try send([byte], to: ends.write) }
        close(ends.write)
        var reader = GzipReader(descriptor: ends.read, name: "standard input")
        let outcome = readAll(&reader, chunk: 1)
        #expect(outcome.isWhole(text))
    }

    @Test func `a writer that dies leaves a truncated member`() throws {
        let ends = try makePipe()
        defer { close(ends.read) }
        try send(Array(Gzip.compress(lines(4)).dropLast(9)), to: ends.write)
        close(ends.write)
        var reader = GzipReader(descriptor: ends.read, name: "standard input")
        #expect(readAll(&reader).error?.code == .truncated)
    }

    @Test func `a non-blocking pipe is waited for`() throws {
        let ends = try makePipe()
        defer { close(ends.read) }
        try #require(fcntl(ends.read, F_SETFL, O_NONBLOCK) == 0)
        let text = lines(1)
        var thread = pthread_t()
        let writeEnd = UnsafeMutableRawPointer(bitPattern: Int(ends.write))
        // The reader meets EAGAIN or the byte, as the threads happen to run: both must do.
        pthread_create(
            &thread, nil,
            { end in
                let text = lines(1)
                let descriptor = Int32(Int(bitPattern: end))
                write(descriptor, text, text.count)
                close(descriptor)
                return nil
            }, writeEnd)
        var reader = GzipReader(descriptor: ends.read, name: "standard input")
        let outcome = readAll(&reader)
        pthread_join(thread, nil)
        #expect(outcome.isWhole(text))
    }

    @Test func `a borrowed descriptor stays open, an opened file is closed`() throws {
        let file = try TemporaryFile(Gzip.compress(lines(3)))
        let descriptor = open(file.path, O_RDONLY)
        defer { close(descriptor) }
        for _ in 0..<10 {
            lseek(descriptor, 0, SEEK_SET)
            var borrowed = GzipReader(descriptor: descriptor, name: "standard input")
            #expect(readAll(&borrowed).bytes == lines(3))
            var owned = try GzipReader(path: file.path)
            #expect(readAll(&owned).bytes == lines(3))
        }
        #expect(try descriptors(of: file.path) == [descriptor])
    }

    /// This process's descriptors of a file.
    private func descriptors(of path: String) throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
            .filter {
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == path
            }
    }
}
