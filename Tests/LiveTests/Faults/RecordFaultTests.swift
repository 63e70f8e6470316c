import Foundation
import TestSupport
import Testing

/// FastCGI that is none, straight to a worker's socket.
@Suite(.live, .logsOnFailure)
struct RecordFaultTests {
    @Test func `malformed records neither end a worker nor leave anything behind, and the next is served`()
        throws
    {
        // Few threads: each has had its share of them before memory is looked at.
        let few = ["worker.threads": "8", "worker.store-limit": "4"]
        try LiveInstallation.with(
            .init(overrides: few, lines: Array(GeneratedRecords.lines.prefix(100)), workers: 1)
        ) {
            live in
            let worker = live.workers[0]
            let path = worker.socketPath
            func isServed() throws -> Bool {
                try FastCGIConnection(path: path).get("/v1/records?userId=alice", key: live.adminKeys[0])
                    .hasPrefix("Status: 200")
            }
            func sendAll(_ times: Int) throws {
                for _ in 0..<times {
                    for bytes in Self.malformed {
                        let connection = try FastCGIConnection(path: path)
                        connection.sendRaw(bytes)
                        connection.closeSending()
                    }
                }
                try eventually("the worker is rid of them") { try descriptors(of: worker) <= 40 }
            }
            #expect(try isServed())
            try sendAll(40)
            let pid = worker.pid
            // 2,240 connections with their buffers of 8 KB would be more, each time. What a thread takes when it has its first
            // turn, it takes once.
            let isSteady = try (0..<5).contains { _ in
                let before = try memory(of: worker)
                try sendAll(80)
                return try memory(of: worker) - before < 6_000_000
            }
            #expect(isSteady, "it leaks")
            #expect(try isServed())
            #expect(worker.pid == pid)
        }
    }

    private static let begin = record(1, [0, 1, 1, 0, 0, 0, 0, 0])
    private static let malformed: [[UInt8]] = [
        [], [1], [1, 1, 0, 1, 0, 8, 0], Array("GET / HTTP/1.1\r\n\r\n".utf8),
        Array(repeating: 0, count: 4096), Array(repeating: 0xFF, count: 4096),
        // Versions, types, roles and request numbers that there are not.
        record(1, [0, 1, 1, 0, 0, 0, 0, 0], version: 0), record(1, [0, 1, 1, 0, 0, 0, 0, 0], version: 2),
        record(0, []), record(200, [1, 2, 3]), record(1, [0, 9, 1, 0, 0, 0, 0, 0]), record(1, [0, 1]),
        begin + record(4, [], request: 7), begin + begin, begin + record(2, []),
        begin + record(3, Array(repeating: 0, count: 8)),
        // Lengths that are not true: of the content, of a name, of a value, and both so large that their sum is small.
        [1, 4, 0, 1, 0xFF, 0xFF, 0, 0, 1, 2, 3], begin + [1, 4, 0, 1, 0xFF, 0xFF, 0xFF, 0, 1, 2, 3],
        begin + record(4, [200]), begin + record(4, [5, 5, 65, 66]), begin + record(4, [0x80, 0, 0]),
        begin + record(4, [0xFF, 0xFF, 0xFF, 0xFF, 1] + Array(repeating: 65, count: 4000)),
        begin + record(4, [1, 0xFF, 0xFF, 0xFF, 0xFF] + Array(repeating: 65, count: 4000)),
        begin
            + record(
                4, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] + Array(repeating: 65, count: 60_000)),
        begin + record(4, [0xFF, 0xFF, 0xFF, 0xFF, 0x80, 0, 0, 1] + Array(repeating: 65, count: 60_000)),
        begin + record(4, [0xBF, 0xFF, 0xFF, 0xFF, 0xC0, 0, 0, 0] + Array(repeating: 65, count: 60_000)),
        // A name without value in many copies, and parameters without end.
        begin + record(4, Array(repeating: 0, count: 60_000)) + record(4, []) + record(5, []),
        begin + record(4, [4, 1] + Array("NAME1".utf8)) + record(4, [])
            + record(5, Array(repeating: 65, count: 60_000)),
        begin + record(4, [14, 3] + Array("REQUEST_METHODGET".utf8)),
    ]

    private static func record(_ type: UInt8, _ content: [UInt8], version: UInt8 = 1, request: UInt8 = 1)
        -> [UInt8]
    {
        [version, type, 0, request, UInt8(content.count >> 8), UInt8(content.count & 255), 0, 0] + content
    }

    /// The bytes that a worker has resident of its own.
    private func memory(of worker: Worker) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(try #require(worker.pid))/status", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("RssAnon:") })
        return try #require(Int(line.filter(\.isNumber))) * 1024
    }
}
