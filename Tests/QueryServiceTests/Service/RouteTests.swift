// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

@testable import QueryService
import Foundation
import Testing
@testable import StoreConformance
@testable import AuditStores
@testable import AuditRecords

@Suite struct RouteTests {
    private let client = try! TestService(ScriptedStore()).admin
    private static let reads = ["/v1/records", "/v1/records/abc", "/healthz", "/readyz", "/openapi.json"]
    private static let posts = ["/v1/records/query", "/v1/records/batch", "/api/query"]

    @Test(arguments: [
        "/", "", "/v1", "/v1/", "/v1/records/", "/v1/records/a/b", "/v1/records//", "/v2/records",
        "/V1/records",
        "/healthz/", "/api/query/", "/api", "/v1/recordsx", "v1/records", "/v1/records/query/x",
    ])
    func `a path that leads nowhere is 404, with or without a key`(_ path: String) {
        #expect(client.send("GET", path).isProblem(404, "not-found"))
        #expect(client.send("POST", path) { $0.apiKey = nil }.isProblem(404, "not-found"))
    }

    @Test(arguments: reads + posts)
    func `a method that a path does not answer is 405 with those that it does, before the key is looked at`(
        _ path: String
    ) {
        let allowed = Self.posts.contains(path) ? ["POST"] : ["GET", "HEAD"]
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "get", ""]
        where !allowed.contains(method) {
            let response = client.send(method, path) { $0.apiKey = nil }
            #expect(response.status == 405, "\(method) \(path)")
            #expect(response.header("Allow") == allowed.joined(separator: ", "))
            #expect(method == "HEAD" ? response.body.isEmpty : response.isProblem(405, "method-not-allowed"))
        }
    }

    @Test(arguments: ["/healthz", "/readyz", "/openapi.json"])
    func `health, readiness and the interface's description need no key`(_ path: String) {
        let response = client.send("GET", path) { $0.apiKey = nil }
        #expect(response.status == 200)
        #expect(response.header("Content-Type") == "application/json")
        #expect(response.header("X-Audit-Key-Id") == nil)
        let head = client.send("HEAD", path) { $0.apiKey = nil }
        #expect(head.status == 200)
        #expect(head.body.isEmpty)
        #expect(head.header("Content-Length") == String(response.body.count))
    }

    @Test func `HEAD answers what GET does, without the body`() throws {
        let record = TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u")
        let client = try TestService(ScriptedStore([record])).admin
        let id = String(decoding: record.key.id, as: UTF8.self)
        for (path, query) in [("/v1/records", "userId=u"), ("/v1/records/\(id)", "")] {
            let get = client.send("GET", path, query: query)
            let head = client.send("HEAD", path, query: query)
            #expect(get.status == 200)
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect(head.header("Content-Length") == String(get.body.count))
            #expect(head.header("ETag") == get.header("ETag"))
        }
        let wrong = client.send("HEAD", "/v1/records", query: "limit=0")
        #expect(wrong.status == 400)
        #expect(wrong.body.isEmpty)
    }

    @Test func `the serverless service's route answers as the new one does`() throws {
        let record = TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u")
        let client = try TestService(ScriptedStore([record])).admin
        let new = client.send("POST", "/v1/records/query", body: "{\"userId\":\"u\"}")
        let old = client.send("POST", "/api/query", body: "{\"userId\":\"u\"}")
        #expect(new.auditIds == ["a"])
        #expect(new.body == old.body)
        #expect(client.records("userId=u").body == new.body)
    }

    @Test func `a service whose store does not answer, or without a key, is alive but not ready`() throws {
        let store = ScriptedStore()
        let test = try TestService(store)
        #expect(test.admin.send("GET", "/readyz").json["status"] as? String == "ready")
        store.fail(.unavailable)
        let response = test.admin.send("GET", "/readyz")
        #expect(response.isProblem(503, "not-ready"))
        #expect(response.header("Retry-After") != nil)
        #expect(!response.text.contains("/secret/path"))
        #expect(test.admin.send("GET", "/healthz").json["status"] as? String == "ok")
        store.fail(nil)
        #expect(test.admin.send("GET", "/readyz").status == 200)
        for key in try test.keyFile.keys() { _ = try test.keyFile.revoke(id: key.id, now: test.clock.wall) }
        #expect(try test.keys.reload() != nil)
        #expect(test.admin.send("GET", "/readyz").isProblem(503, "not-ready"))
        try Data("{\"version\":1,\"keys\":[]}".utf8).write(to: URL(fileURLWithPath: test.keyFile.path))
        #expect(try test.keys.reload() != nil)
        #expect(test.admin.send("GET", "/readyz").isProblem(503, "not-ready"))
        #expect(test.admin.send("GET", "/healthz").status == 200)
    }

    /// RFC 3986 section 6.2.2.2.
    @Test func `a path with letters, digits and marks percent-encoded is the same path`() throws {
        let record = TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u")
        let client = try TestService(ScriptedStore([record])).admin
        let id = String(decoding: record.key.id, as: UTF8.self)
        let encoded = id.utf8.map { "%" + String($0, radix: 16) }.joined()
        let expected = client.send("GET", "/v1/records/\(id)")
        #expect(expected.status == 200)
        for path in [
            "/v1/records/\(encoded)", "/%761/%72ecords/\(id)", "/v1/record%73/\(encoded.uppercased())",
        ] {
            #expect(client.send("GET", path).body == expected.body, "\(path)")
        }
        #expect(client.send("GET", "/v1/%72ecords", query: "userId=u").auditIds == ["a"])
        #expect(client.send("POST", "/%61pi/quer%79", body: "{\"userId\":\"u\"}").auditIds == ["a"])
        #expect(client.send("GET", "/%68ealthz").status == 200)
        // These stand for something else, and nothing is decoded twice.
        for path in [
            "/v1%2Frecords", "/v1/records%3F", "/v1/%2572ecords", "/v1/%%372ecords", "/v1/%+2ecords",
            "/v1/%7",
            "/v1/records/a%2Fb", "/v1/records%00",
        ] {
            #expect(client.send("GET", path).isProblem(404, "not-found"), "\(path)")
        }
    }
}
