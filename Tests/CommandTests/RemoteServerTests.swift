// swift-format-ignore-file: NeverForceUnwrap

import QueryService
import Foundation
import HTTPClient
import Synchronization
import TestSupport
import Testing

@testable import audit_query
@testable import AuditRecords

/// What `query --url` makes of what a server says.
@Suite struct RemoteServerTests {
    private static let key = "aq_0123456789abcdef"
    private static let empty =
        #"{"records":[],"count":0,"hasMore":false,"nextCursor":null,"stopReason":"end","range":{"start":null,"end":null},"#
        + #""scope":{"systems":["*"]}}"#

    /// A page of one record, before another one or the last.
    private static func page(_ id: String, next: String?) -> [UInt8] {
        Array(
            """
            {"records":[{"id":"x","auditId":"\(id)","timestamp":"2024-01-31T10:00:00Z","systemId":"s","userId":"u",\
            "resourceId":"r","attributes":{}}],"count":1,"hasMore":\(next != nil),\
            "nextCursor":\(next.map { "\"\($0)\"" } ?? "null"),"stopReason":"end",\
            "range":{"start":null,"end":null},"scope":{"systems":["*"]}}
            """.utf8)
    }

    private func server(_ url: String) throws -> RemoteServer {
        RemoteServer(try ServerAddress(url), key: Self.key, keyOrigin: "key.txt", caFile: nil)
    }

    /// Reads all pages; the records' audit ids.
    private func ids(_ pages: ServerPages) throws -> [String] {
        var pages = pages
        var ids: [String] = []
        try untilDone("the last page", turns: 1000) {
            guard let page = try pages.next() else { return true }
            ids += try page.records().map(\.key.auditId.description)
            return false
        }
        return ids
    }

    @Test func `pages are followed by their cursors, and the first question alone has the parameters`() throws
    {
        try withServer { connection in
            while let request = connection.readRequest() {
                let cursor = try? JSONDecoder().decode([String: String].self, from: Data(request.body))[
                    "cursor"]
                switch cursor {
                case nil: connection.answer(body: Self.page("1", next: "c1"))
                case "c1": connection.answer(body: Self.page("2", next: "c2"))
                default: connection.answer(body: Self.page("3", next: nil))
                }
            }
        } _: { standIn in
            let parameters = QueryParameters(userId: "zoë \"\\/", limit: 7, order: "asc")
            #expect(try ids(ServerPages(parameters, of: server(standIn.url("")))) == ["1", "2", "3"])
            let requests = standIn.requests
            #expect(requests.map(\.line) == Array(repeating: "POST /v1/records/query HTTP/1.1", count: 3))
            #expect(requests.allSatisfy { $0.headers["X-Api-Key"] == Self.key })
            let bodies = try requests.map { try JSONDecoder().decode(Asked.self, from: Data($0.body)) }
            #expect(bodies[0] == Asked(userId: "zoë \"\\/", limit: 7, order: "asc"))
            #expect(bodies[1] == Asked(cursor: "c1") && bodies[2] == Asked(cursor: "c2"))
        }
    }

    private struct Asked: Decodable, Equatable {
        var userId: String?
        var limit: Int?
        var order, cursor: String?
    }

    private static func problem(_ title: String, _ errors: String = "") -> String {
        #"{"type":"urn:x","title":"\#(title)","status":0,"detail":"Why.","instance":"7f3c"\#(errors)}"#
    }

    private typealias Refusal = (
        status: String, headers: String, body: String, exit: audit_query.ExitStatus, parts: [String]
    )

    private static let refusals: [Refusal] = [
        (
            "401 Unauthorized", "", problem("Unauthorized"), .notPermitted,
            ["401", "key.txt", "revoked"]
        ),
        (
            "403 Forbidden", "",
            problem(
                "Forbidden", #","errors":[{"parameter":"systemId","detail":"is not among the systems"}]"#),
            .notPermitted, ["403", "--system: is not among"]
        ),
        (
            "400 Bad Request", "",
            problem(
                "Invalid",
                #","errors":[{"parameter":"startDate","detail":"lies after endDate"},{"parameter":"limit","detail":"x"}]"#
            ),
            .usage, ["--from: lies after --to", "--limit: x"]
        ),
        ("404 Not Found", "", problem("Not found"), .unavailable, ["404", "no audit-query here"]),
        (
            "429 Too Many Requests", "Retry-After: 120\r\n", problem("Slow"), .unavailable,
            ["429", "try again in 120 seconds"]
        ),
        (
            "503 Service Unavailable", "Retry-After: 61\r\n", problem("Store unavailable"), .unavailable,
            ["503", "Store unavailable: Why.", "7f3c", "61 seconds"]
        ),
        (
            "418 Teapot", "", "<html>\n\u{1B}[2J\u{202E}</html>", .unavailable,
            ["418", "<html> <U+001B>[2J<U+202E>"]
        ),
        ("301 Moved", "Location: https://x\r\n", "", .unavailable, ["301", "it says no more"]),
        ("200 OK", "", "<html>welcome</html>", .unavailable, ["no page of records"]),
        ("200 OK", "", "{}", .unavailable, ["no page of records", "missing"]),
        (
            "200 OK", "", empty.replacing("\"count\":0", with: "\"count\":2"), .unavailable,
            ["its count is 2, and it has 0"]
        ),
        (
            "200 OK", "", empty.replacing("false", with: "true"), .unavailable,
            ["hasMore and nextCursor contradict each other"]
        ),
    ]

    @Test(arguments: refusals)
    func `every answer that is none is told for what it is`(
        _ status: String, _ headers: String, _ body: String, _ exit: audit_query.ExitStatus, _ parts: [String]
    ) throws {
        try withServer { connection in
            while connection.readRequest() != nil {
                connection.answer(status, headers, body: Array(body.utf8))
            }
        } _: { standIn in
            let error = #expect(throws: ServerError.self) {
                try ids(ServerPages(QueryParameters(userId: "u"), of: server(standIn.url(""))))
            }
            #expect(error?.status == exit)
            for part in parts {
                #expect(error?.description.contains(part) == true, "\(part) in \(error?.description ?? "")")
            }
            #expect(error?.description.contains(Self.key) == false)
            #expect(standIn.requests.count == 1, "it is of no use to ask again so soon")
        }
    }

    @Test func `what comes later is waited for`() throws {
        let answered = Mutex(0)
        try withServer { connection in
            while connection.readRequest() != nil {
                let number = answered.withLock { count -> Int in
                    count += 1
                    return count
                }
                if number <= 2 {
                    connection.answer(
                        number == 1 ? "429 Too Many Requests" : "503 Service Unavailable",
                        "Retry-After: 0\r\n",
                        body: Array(Self.problem("Later").utf8))
                } else {
                    connection.answer(body: Self.page("1", next: nil))
                }
            }
        } _: { standIn in
            let found = try ids(ServerPages(QueryParameters(userId: "u"), of: server(standIn.url(""))))
            #expect(found == ["1"])
        }
    }

    @Test func `a cursor that leads back to its own page is not followed for ever`() throws {
        try withServer { connection in
            while connection.readRequest() != nil { connection.answer(body: Self.page("1", next: "again")) }
        } _: { standIn in
            let error = #expect(throws: ServerError.self) {
                try ids(ServerPages(QueryParameters(userId: "u"), of: server(standIn.url(""))))
            }
            #expect(error?.description.contains("would begin where this one does") == true)
            #expect(standIn.requests.count == 2)
        }
    }

    @Test func `a connection that breaks between pages is made again`() throws {
        try withServer { connection in
            guard let request = connection.readRequest() else { return }
            switch connection.number {
            case 1: connection.answer("200 OK", "Connection: close\r\n", body: Self.page("1", next: "c1"))
            case 2: connection.resetAtEnd()
            default:
                #expect(String(decoding: request.body, as: UTF8.self) == #"{"cursor":"c1"}"#)
                connection.answer(body: Self.page("2", next: nil))
            }
        } _: { standIn in
            let found = try ids(ServerPages(QueryParameters(userId: "u"), of: server(standIn.url(""))))
            #expect(found == ["1", "2"])
        }
    }

    @Test func `nobody at the address is said at once`() throws {
        let (descriptor, port) = try TCPListener.open()
        close(descriptor)
        let error = #expect(throws: ServerError.self) {
            try ids(ServerPages(QueryParameters(userId: "u"), of: server("http://127.0.0.1:\(port)")))
        }
        #expect(error?.status == .unavailable)
        #expect(error?.description.contains("nobody takes the connection") == true)
    }

    @Test(arguments: [
        ("https://audit.example.com", "https://audit.example.com"), ("https://h:8443/", "https://h:8443"),
        ("HTTPS://h/audit/", "HTTPS://h/audit"), ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost", "http://localhost"), ("http://[::1]:80", "http://[::1]:80"),
    ])
    func `addresses`(_ text: String, _ url: String) throws {
        #expect(try ServerAddress(text).url == url)
    }

    @Test(arguments: [
        ("http://audit.example.com", "unencrypted"), ("http://127.0.0.1.example.com", "unencrypted"),
        ("https://u:secret-word@h", "--key-file"), ("https://h/?userId=x", "has a query"),
        ("https://h/#x", "has a query"), ("audit.example.com", "is not a URL"), ("ftp://h", "is not a URL"),
        ("https://", "is not a URL"), ("", "is not a URL"), ("https://h o", "is not a URL"),
    ])
    func `what is no address, or would give the key away, is refused`(_ text: String, _ part: String) {
        let error = #expect(throws: ServerError.self) { try ServerAddress(text) }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("secret-word") == false)
        #expect(error?.status == .usage)
    }
}
