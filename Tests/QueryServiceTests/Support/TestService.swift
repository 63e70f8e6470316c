import TestSupport
@testable import QueryService
import Foundation
import Logging
import Testing
@testable import AuditStores
@testable import AuditRecords

extension ServiceSettings {
    /// The defaults with lifetimes that chance does not shorten.
    static var steady: ServiceSettings {
        var settings = ServiceSettings()
        settings.lifetimeJitter = 0
        return settings
    }
}

/// A service with all its parts but FastCGI, and clients of it.
final class TestService: Sendable {
    let clock: ManualClock
    let folder: TemporaryFolder
    let keyFile: KeyFile
    let keys: KeySource
    let service: AuditService
    /// A key that may see everything.
    let admin: Client

    init(
        _ store: any RecordStore, clock: ManualClock = ManualClock(),
        secret: [UInt8] = Array(repeating: 1, count: 32),
        settings: ServiceSettings = ServiceSettings.steady,
        instruments: Instruments = Instruments(log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    ) throws {
        self.clock = clock
        folder = try TemporaryFolder()
        keyFile = KeyFile(path: folder.file("keys.json"))
        let secretKey = try NewAPIKey()
        let key = try keyFile.add(
            secretKey, name: "admin", policy: .unrestricted, expires: nil, now: clock.wall)
        keys = try KeySource(file: keyFile)
        service = AuditService(
            store: store, keys: keys, cursors: try CursorSeal(secret: secret), settings: settings,
            time: clock.source, instruments: instruments)
        admin = Client(service: service, clock: clock, secret: secretKey.secret, id: key.id)
    }

    /// A client whose key is limited; what is hidden is written as on the command line.
    func client(
        systems: [String] = ["*"], hidden: [String] = [], expires: Timestamp? = nil
    ) throws -> Client {
        let secret = try NewAPIKey()
        let policy = Policy(
            scope: SystemScope(patterns: systems), hiddenAttributes: try HiddenAttributes(spelled: hidden))
        let key = try keyFile.add(secret, name: "client", policy: policy, expires: expires, now: clock.wall)
        _ = try keys.reload(force: true)
        return Client(service: service, clock: clock, secret: secret.secret, id: key.id)
    }
}

/// Sends requests with one key.
struct Client: Sendable {
    let service: AuditService
    let clock: ManualClock
    let secret: String
    let id: String

    func send(
        _ method: String = "GET", _ path: String, query: String = "", body: String? = nil,
        _ change: (inout Request) -> Void = { _ in }
    ) -> Response {
        var request = Request(
            method: method, path: path, query: Array(query.utf8), apiKey: secret, id: "request-1",
            received: clock.steady)
        if let body {
            request.body = .success(Array(body.utf8))
            request.contentType = "application/json"
        }
        change(&request)
        // As a worker does when it has sent it.
        let response = service.respond(to: request)
        response.afterwards?()
        return response
    }

    func records(_ query: String, _ change: (inout Request) -> Void = { _ in }) -> Response {
        send("GET", "/v1/records", query: query, change)
    }

    func post(_ body: String, _ change: (inout Request) -> Void = { _ in }) -> Response {
        send("POST", "/v1/records/query", body: body, change)
    }

    func batch(_ ids: [String]) -> Response {
        send(
            "POST", "/v1/records/batch", body: "{\"ids\":[\(ids.map { "\"\($0)\"" }.joined(separator: ","))]}"
        )
    }
}

extension Response: CustomTestStringConvertible {
    var testDescription: String { "\(status) \(text)" }
}

extension Response {
    /// The body, read by Foundation.
    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:]
    }

    var records: [[String: Any]] { json["records"] as? [[String: Any]] ?? [] }
    var auditIds: [String] { records.compactMap { $0["auditId"] as? String } }
    var ids: [String] { records.compactMap { $0["id"] as? String } }
    var nextCursor: String? { json["nextCursor"] as? String }
    /// Where the next page of lines is.
    var linkedCursor: String? {
        header("Link")?.split(separator: "cursor=").last?.split(separator: ">").first.map(String.init)
    }
    var range: [String?] {
        let range = json["range"] as? [String: Any]
        return [range?["start"] as? String, range?["end"] as? String]
    }
    var text: String { String(decoding: body, as: UTF8.self) }

    /// The parameters that a 400 lists.
    var faultyParameters: [String] {
        (json["errors"] as? [[String: Any]] ?? []).compactMap { $0["parameter"] as? String }
    }

    /// Whether it is a problem as API.md has them.
    func isProblem(_ status: Int, _ type: String? = nil) -> Bool {
        let json = json
        return self.status == status && json["status"] as? Int == status
            && header("Content-Type") == "application/problem+json" && header("Cache-Control") == "no-store"
            && (json["type"] as? String)?.hasPrefix("urn:audit-query:problem:\(type ?? "")") == true
            && json["instance"] as? String == "request-1"
            && (json["title"] as? String)?.isEmpty == false && (json["detail"] as? String)?.isEmpty == false
    }
}

/// Text as a client percent-encodes it.
func encoded(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
}
