// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import AWS
import Gzip
import HTTPClient
import TestSupport
import Testing

/// Failures of the service that the next attempt may not meet.
@Suite struct ServerFaultTests {
    static let html = Reply.answer(headers: "Content-Type: text/html\r\n", body: "<html>{}</html>")
    static let content = Array(#"{"Items":[]}"#.utf8)
    static let member = compressed(content)

    static let faults: [(name: String, reply: Reply, kind: AWSError.Kind)] = [
        ("500", .status(500), .server), ("502", .status(502), .server), ("503", .status(503), .server),
        ("504", .status(504), .server),
        ("InternalServerError", .error("InternalServerError", status: 500), .server),
        ("HTML with 503", .answer("503 Busy", body: "<html><h1>503</h1></html>"), .server),
        ("RequestTimeout", .error("RequestTimeout"), .server),
        ("RequestTimeoutException", .error("RequestTimeoutException"), .server),
        (
            "ReplicatedWriteConflictException", .error("ReplicatedWriteConflictException", status: 409),
            .transient
        ), ("IDPCommunicationError", .error("IDPCommunicationError"), .transient),
        ("HTML with 200", html, .server), ("nothing with 200", .answer(body: ""), .server),
        ("spaces with 200", .answer(body: " \r\n"), .server), ("an array", .answer(body: "[]"), .server),
        ("wrong checksum", .checked(content, checksum: 1), .server),
        ("checksum that is none", .answer(headers: "x-amz-crc32: x\r\n", bytes: content), .server),
        (
            "checksum of the content, not of the gzip",
            .checked(member, checksum: Gzip.checksum(content), headers: "Content-Encoding: gzip\r\n"), .server
        ),
        ("gzip that is none", .answer(headers: "Content-Encoding: gzip\r\n", bytes: content), .server),
        (
            "gzip cut", .answer(headers: "Content-Encoding: gzip\r\n", bytes: Array(member.dropLast())),
            .server
        ),
        (
            "gzip of HTML", .answer(headers: "Content-Encoding: gzip\r\n", bytes: compressed([60])),
            .server
        ),
        ("not HTTP", .close(after: "hello\r\n\r\n"), .server),
        ("closed", .close(), .connection), ("closed in the head", .close(after: Reply.halfHead), .connection),
        ("closed in the body", .close(after: Reply.halfBody), .connection), ("reset", .reset(), .connection),
        ("reset in the head", .reset(after: Reply.halfHead), .connection),
        ("reset in the body", .reset(after: Reply.halfBody), .connection),
        (
            "chunks cut", .close(after: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"),
            .connection
        ),
    ]

    private static func compressed(_ bytes: [UInt8]) -> [UInt8] { (try? Gzip.compress(bytes)) ?? [] }

    @Test(arguments: faults.indices)
    func `up to three times, for ever`(index: Int) throws {
        let fault = Self.faults[index]
        for count in 1...3 {
            let service = try FaultyService(
                Array(repeating: fault.reply, count: count), then: .checked(Self.content))
            try withServices([service]) { caller in
                let end = caller.call()
                #expect(end.body == Self.content, "\(fault.name)")
                #expect(end.attempts == count + 1 && service.requests.count == count + 1, "\(fault.name)")
                #expect(caller.http.idleHandles == 1)
            }
        }
        let service = try FaultyService(then: fault.reply)
        try withServices([service]) { caller in
            let end = caller.call()
            #expect(end.kind == fault.kind, "\(fault.name): \(end)")
            #expect(end.attempts == 4 && service.requests.count == 4, "\(fault.name)")
            #expect(end.error?.region == "eu-west-1" && end.error?.operation == "Query")
            #expect(caller.time.waits == Caller.transientWaits)
        }
    }

    @Test func `a whole answer, as bytes, gzip, with white space, of any type`() throws {
        let large = Array("{\"a\":\"".utf8) + [UInt8](repeating: 120, count: 2_000_000) + Array("\"}".utf8)
        let replies: [(Reply, [UInt8])] = [
            (.checked(Self.content), Self.content),
            (.checked(Self.member, headers: "Content-Encoding: GZip\r\n"), Self.content),
            (.answer(body: "\r\n\t {}"), Array("\r\n\t {}".utf8)),
            (.answer(headers: "Content-Type: text/html\r\n", body: "{}"), Array("{}".utf8)),
            (.checked(large), large),
            (.checked(try Gzip.compress(large), headers: "Content-Encoding: gzip\r\n"), large),
            (.answer(headers: "Connection: close\r\n", body: "{}"), Array("{}".utf8)),
            (.ok, Array("{}".utf8)),
        ]
        let service = try FaultyService(replies.map(\.0))
        try withServices([service]) { caller in
            for (_, content) in replies {
                let end = caller.call()
                #expect(end.body == content && end.attempts == 1 && end.region == "eu-west-1")
            }
        }
    }

    @Test func `an answer that is too large is refused, and not asked for again`() throws {
        let large = [UInt8](repeating: 32, count: 20_000_000)
        let bomb = try Gzip.compress(large)
        #expect(bomb.count < 100_000)
        let replies: [Reply] = [
            .answer(bytes: large),
            .close(after: "HTTP/1.1 200 OK\r\n\r\n" + String(repeating: " ", count: 17_000_000)),
            .checked(bomb, headers: "Content-Encoding: gzip\r\n"),
        ]
        let service = try FaultyService(replies)
        try withServices([service]) { caller in
            for number in 1...replies.count {
                let end = caller.call()
                #expect(end.kind == .tooLarge && end.attempts == 1, "\(end)")
                #expect(service.requests.count == number)
            }
        }
    }

    @Test func `an error with a wrong checksum is not believed`() throws {
        let refusal = Reply.answer(
            "400 Bad Request", headers: "x-amz-crc32: 5\r\n", body: #"{"__type":"ValidationException"}"#)
        let service = try FaultyService([refusal])
        try withServices([service]) { caller in
            #expect(caller.call().attempts == 2)
        }
    }

    @Test func `a kept connection that the server has closed costs no attempt`() throws {
        let closing = Reply { connection in
            connection.answer(body: Array("{}".utf8))
            return false
        }
        let service = try FaultyService([closing])
        try withServices([service]) { caller in
            #expect(caller.call().attempts == 1)
            #expect(eventually { service.openConnections == 0 })
            #expect(caller.call().attempts == 1)
            #expect(service.requests.count == 2)
        }
    }
}
