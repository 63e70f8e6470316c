import DemoData
import Foundation
import HTTPClient
import RecordForms
import Synchronization
import TestSupport
import Testing

@testable import AuditRecords
@testable import Forwarding

/// A server that fails in every way gets every record, in order, or says of each that it never takes it.
@Suite struct HTTPEndTests {
    private func end(
        _ server: ScriptedServer, _ dialect: HTTPDialect = .lines, token: String? = nil,
        patience: Duration = .seconds(30)
    ) -> HTTPEnd {
        HTTPEnd(
            server.url("/in?key=hidden"), dialect, HTTPClient.Configuration(), patience: patience
        ) { () throws(ForwardFault) in token }
    }

    @Test func `every way to fail is overcome`() throws {
        let place = try Forwarded(200)
        let taken = Mutex<[[Int]]>([])
        let keys = Mutex<[String: [UInt8]]>([:])
        let turn = Atomic(0)
        try withServer { connection in
            while let request = connection.readRequest() {
                let key = request.headers["Idempotency-Key"] ?? ""
                keys.withLock {
                    if let before = $0[key], before != request.body {
                        Issue.record("one key for two batches")
                    }
                    $0[key] = request.body
                }
                let isTaken = {
                    taken.withLock { $0.append(Forwarded.ids(String(decoding: request.body, as: UTF8.self))) }
                }
                switch turn.wrappingAdd(1, ordering: .relaxed).oldValue % 10 {
                case 0: connection.answer("500 Internal Server Error", body: Array("down".utf8))
                case 1: connection.answer("429 Too Many Requests", "Retry-After: 0\r\n")
                case 2: return connection.resetAtEnd()
                case 3: return
                case 4: connection.waitForClose(milliseconds: 2000)
                case 5:
                    // It has them, and its answer breaks off: they come again.
                    isTaken()
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
                    return
                case 6: connection.answer("503 Service Unavailable", "Retry-After: soon\r\n")
                case 7: connection.answer("408 Request Timeout")
                case 8: connection.answer("401 Unauthorized", body: Array("no".utf8))
                default:
                    isTaken()
                    connection.answer("202 Accepted")
                }
            }
        } _: { server in
            let told = try place.run(to: end(server, patience: .milliseconds(400)))
            #expect(told.contains { $0.contains("answers 500: down: it goes on") }, "\(told)")
            #expect(!told.contains { $0.contains("hidden") })
        }
        var seen: Set<Int> = []
        let order = taken.withLock { $0 }.flatMap { $0 }.filter { seen.insert($0).inserted }
        #expect(order == Array(0..<200))
        #expect(place.folder.text("dead").isEmpty)
    }

    @Test func `a record that is refused for good is found, and the others are taken`() throws {
        let place = try Forwarded(100)
        let bad: Set = [0, 37, 38, 99]
        let taken = Mutex<[Int]>([])
        try withServer { connection in
            while let request = connection.readRequest() {
                let ids = Forwarded.ids(String(decoding: request.body, as: UTF8.self))
                if ids.contains(where: bad.contains) {
                    connection.answer("400 Bad Request", body: Array("it has secret-token in it".utf8))
                } else {
                    taken.withLock { $0 += ids }
                    connection.answer()
                }
            }
        } _: { server in
            try place.run(to: end(server, token: "secret-token"))
            #expect(server.requests.allSatisfy { $0.headers["Authorization"] == "Bearer secret-token" })
            #expect(server.requests.allSatisfy { $0.headers["Content-Type"] == "application/x-ndjson" })
        }
        #expect(taken.withLock { $0 } == (0..<100).filter { !bad.contains($0) })
        let dead = place.folder.text("dead")
        #expect(Forwarded.ids(dead) == bad.sorted())
        #expect(dead.contains("answers 400: it has … in it") && !dead.contains("secret-token"), "\(dead)")
    }

    @Test func `Splunk gets events, and its code counts`() throws {
        let place = try Forwarded(3)
        let turn = Atomic(0)
        try withServer { connection in
            while connection.readRequest() != nil {
                let isFirst = turn.wrappingAdd(1, ordering: .relaxed).oldValue == 0
                connection.answer(
                    body: Array(
                        (isFirst ? #"{"text":"Server is busy","code":9}"# : #"{"text":"Success","code":0}"#)
                            .utf8))
            }
        } _: { server in
            let told = try place.run(to: end(server, .splunk(host: "h"), token: "t"))
            #expect(told.contains { $0.contains("answers code 9") })
            try #require(server.requests.count == 2)
            #expect(server.requests[1].headers["Authorization"] == "Splunk t")
            let events = String(decoding: server.requests[1].body, as: UTF8.self).split(separator: "\n")
            try #require(events.count == 3)
            let event = try #require(
                try JSONSerialization.jsonObject(with: Data(events[2].utf8)) as? [String: Any])
            #expect(
                event["time"] as? Double == 1709208000.123
                    && event["sourcetype"] as? String == "audit-query:json")
            #expect((event["event"] as? [String: Any])?["auditId"] as? String == "2")
        }
    }

    @Test func `OpenTelemetry's own definitions read what is sent, and what it rejects is put aside`() throws
    {
        var place = try Forwarded(5)
        place.form = .cef
        try withServer { connection in
            while connection.readRequest() != nil {
                connection.answer(body: Array(#"{"partialSuccess":{"rejectedLogRecords":"2"}}"#.utf8))
            }
        } _: { server in
            let told = try place.run(to: end(server, .openTelemetry(version: "1")))
            #expect(
                told.contains {
                    $0.contains("and 4 more is refused") && $0.contains("of which 2 were rejected")
                }, "\(told)")
            let body = try #require(server.requests.first).body
            let records = try Self.records(OpenTelemetryChecker.read([body]))
            #expect(records.count == 5 && records[0].timeUnixNano == "1709208000123456789")
            #expect(records.allSatisfy { $0.severityNumber == "SEVERITY_NUMBER_INFO" })
            #expect(records[4].body.stringValue.contains("CEF:0|audit-query|system|1|Read|Read|3|"))
            #expect(
                records[4].attributes.contains {
                    $0.key == "audit.system" && $0.value.stringValue == "system"
                })
        }
        #expect(place.folder.text("dead").split(separator: "\n").count == 5)
    }

    /// A record of OpenTelemetry's logs.
    private struct LogRecord: Decodable {
        struct Value: Decodable { let stringValue: String }
        struct Attribute: Decodable {
            let key: String
            let value: Value
        }
        let timeUnixNano, severityNumber: String
        let body: Value
        let attributes: [Attribute]
    }

    private struct LogRequest: Decodable {
        struct Resource: Decodable {
            struct Scope: Decodable { let logRecords: [LogRecord] }
            let scopeLogs: [Scope]
        }
        let resourceLogs: [Resource]
    }

    private static func records(_ json: String) throws -> [LogRecord] {
        try JSONDecoder().decode([LogRequest].self, from: Data(json.utf8))
            .flatMap { $0.resourceLogs.flatMap { $0.scopeLogs.flatMap(\.logRecords) } }
    }
}
