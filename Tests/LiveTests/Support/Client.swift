import Foundation
import HTTPClient
import TestSupport

/// A client of one installation: the project's own HTTPClient with an address and a key.
struct Client: Sendable {
    struct Configuration {
        var tlsVersions: ClosedRange<TLSVersion> = .tls1_2 ... .tls1_3
        var httpVersion = HTTPVersion.http1_1
        var scheme = "https"
    }

    private let http: HTTPClient
    private let base: String
    let key: String?

    init(port: Int, caFile: String, key: String?, _ configuration: Configuration = .init()) {
        var settings = HTTPClient.Configuration()
        settings.caFile = caFile
        settings.tlsVersions = configuration.tlsVersions
        settings.httpVersion = configuration.httpVersion
        settings.maximumBodyBytes = 64 << 20
        http = HTTPClient(settings)
        base = "\(configuration.scheme)://127.0.0.1:\(port)"
        self.key = key
    }

    /// One request, with the key unless a header of that name is among `headers`.
    func send(
        _ method: String, _ path: String, headers: HTTPHeaders = [:], body: String = "",
        decodesGzip: Bool = false
    ) throws -> Answer {
        var headers = headers
        if let key, headers["X-Api-Key"] == nil { headers.append(name: "X-Api-Key", value: key) }
        let request = HTTPRequest(
            method: method, url: base + path, headers: headers, body: Array(body.utf8),
            deadline: .now + .seconds(40), decodesGzip: decodesGzip)
        return Answer(try http.perform(request))
    }

    func get(_ path: String, headers: HTTPHeaders = [:]) throws -> Answer {
        try send("GET", path, headers: headers)
    }

    /// A body of JSON.
    func post(_ path: String, _ body: String, headers: HTTPHeaders = [:]) throws -> Answer {
        var headers = headers
        if headers["Content-Type"] == nil { headers.append(name: "Content-Type", value: "application/json") }
        return try send("POST", path, headers: headers, body: body)
    }

    /// `GET /v1/records` with these parameters, every byte that may need it percent-encoded.
    func records(_ parameters: KeyValuePairs<String, String>, headers: HTTPHeaders = [:]) throws -> Answer {
        let query = parameters.map { "\(Self.encoded($0.key))=\(Self.encoded($0.value))" }.joined(
            separator: "&")
        return try get("/v1/records?\(query)", headers: headers)
    }

    /// The same by POST; `limit` is sent as a number.
    func query(_ parameters: KeyValuePairs<String, String>) throws -> Answer {
        let members = try parameters.map { name, value in
            name == "limit" ? "\"limit\":\(value)" : "\"\(name)\":\(try Self.json(value))"
        }
        return try post("/v1/records/query", "{\(members.joined(separator: ","))}")
    }

    /// Records by their ids.
    func batch(_ ids: [String]) throws -> Answer {
        try post("/v1/records/batch", "{\"ids\":[\(try ids.map(Self.json).joined(separator: ","))]}")
    }

    /// All pages, by their cursors alone. As a careful client does, it waits where it is told to.
    func pages(_ parameters: KeyValuePairs<String, String>) throws -> [Page] {
        var pages = [try Page(patiently { try records(parameters) })]
        while let cursor = pages.last?.nextCursor {
            pages.append(try Page(patiently { try records(["cursor": cursor]) }))
        }
        return pages
    }

    /// The answer of a request that is repeated while the rate limit refuses it, when Retry-After says so: asking
    /// sooner would load what is tested.
    func patiently(_ request: () throws -> Answer) throws -> Answer {
        let deadline = ContinuousClock.now + .seconds(60)
        while .now < deadline {
            let answer = try request()
            guard answer.status == 429, let pause = answer["Retry-After"].flatMap({ UInt32($0) }) else {
                return answer
            }
            sleep(pause)
        }
        throw Failure("the rate limit has refused for a minute")
    }

    static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(
            withAllowedCharacters: .init(
                charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")) ?? text
    }

    static func json(_ text: String) throws -> String {
        String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    }
}
