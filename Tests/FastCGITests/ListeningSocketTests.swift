import FastCGI
import Foundation
import Testing

@Suite struct ListeningSocketTests {
    private let folder = "/tmp/aqf-\(UInt32.random(in: .min ... .max))"
    private var path: String { "\(folder)/s" }

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func mode() throws -> UInt32 {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return UInt32(status.st_mode) & 0o777
    }

    @Test func `a socket is for its owner and group, and its file goes with it`() throws {
        do {
            let socket = try ListeningSocket(path: path)
            #expect(try mode() == 0o660)
            #expect(FastCGIClient(path: path) != nil)
            _ = consume socket
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func `the file of a socket that nobody listens on is replaced`() throws {
        // A process that died leaves its file behind.
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        close(descriptor)
        #expect(FastCGIClient(path: path) == nil)
        let socket = try ListeningSocket(path: path)
        #expect(FastCGIClient(path: path) != nil)
        _ = consume socket
        try FileManager.default.removeItem(atPath: folder)
    }

    /// The code of the error that a path gives; nil when it gives none.
    private func failure(_ path: String) -> FastCGIError? {
        do throws(FastCGIError) {
            _ = try ListeningSocket(path: path)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a socket on which a process listens is left alone`() throws {
        let test = try TestServer.echo()
        let error = failure(test.path)
        #expect(error?.code == .socketInUse)
        #expect(error?.description.contains(test.path) == true)
        #expect(try #require(FastCGIClient(path: test.path)).ask(["X": "still here"]).text == "still here:")
    }

    @Test func `a path that is too long, a file that is no socket and a folder that is not there are errors`()
        throws
    {
        let long = "\(folder)/\(String(repeating: "x", count: 107 - folder.utf8.count))"
        #expect(long.utf8.count == 108)
        #expect(failure(long)?.code == .pathTooLong)
        #expect(failure(String(long.dropLast())) == nil)
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        #expect(failure(path)?.description.contains("no socket") == true)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
        #expect(failure("\(folder)/none/s")?.code == .system)
        try FileManager.default.removeItem(atPath: folder)
    }
}
