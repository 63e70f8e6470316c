import AuditStores
import JSONBytes
internal import QueryService
internal import Cryptography
internal import Foundation
internal import Logging

/// A service over a store in memory, and requests to it.
struct Bench: Sendable {
    let service: AuditService
    private let secrets: [String]

    /// - Parameters:
    ///   - store: what it reads.
    ///   - keyCount: keys that it knows, all with the same policy.
    ///   - cacheByteLimit: its cache's limit.
    init(_ store: any RecordStore = PageStore(), keyCount: Int = 1, cacheByteLimit: Int = 100 << 20) throws {
        secrets = (0..<keyCount).map { "aq_\($0)" }
        var settings = ServiceSettings()
        settings.cacheByteLimit = cacheByteLimit
        let log = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        service = AuditService(
            store: store,
            keys: KeySource(ring: try KeyRing(content: Self.document(secrets), origin: "bench")),
            cursors: try CursorSeal(secret: Array(repeating: 1, count: 32)), settings: settings,
            instruments: Instruments(log: log))
    }

    /// A question, one of as many as there are numbers.
    static func query(_ number: Int, more: String = "") -> [UInt8] {
        Array("userId=user-\(number)%40example.com\(more)".utf8)
    }

    /// Has a question answered, asked with a key of this number.
    @discardableResult
    func ask(_ query: [UInt8], key: Int = 0, fresh: Bool = false) -> Response {
        answer(
            Request(
                method: "GET", path: "/v1/records", query: query, apiKey: secrets[key], accept: "*/*",
                cacheControl: fresh ? "no-cache" : nil, id: "bench"))
    }

    /// The same by POST.
    @discardableResult
    func post(_ body: [UInt8]) -> Response {
        answer(
            Request(
                method: "POST", path: "/v1/records/query", apiKey: secrets[0],
                contentType: "application/json",
                accept: "*/*", id: "bench", body: .success(body)))
    }

    private func answer(_ request: Request) -> Response {
        let response = service.respond(to: request)
        precondition(response.status == 200, "\(response)")
        response.afterwards?()
        return response
    }

    private static func document(_ secrets: [String]) -> [UInt8] {
        let keys = secrets.enumerated().map { number, secret in
            """
            {"id":"key_\(number)","name":"bench","digest":"\(Digest(of: secret.utf8).hexadecimal)","systems":["*"],\
            "hiddenAttributes":[],"created":"2024-01-01T00:00:00Z"}
            """
        }
        return Array("{\"version\":1,\"keys\":[\(keys.joined(separator: ","))]}".utf8)
    }
}
