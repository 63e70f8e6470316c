import QueryService
import Foundation
import HTTPClient

/// An audit-query that is asked over HTTP.
struct RemoteServer {
    private static let path = "/v1/records/query"
    /// The server's own deadline, and time for the way.
    private static let patience = Duration.seconds(60)
    /// How often a question is asked in all where the server cannot answer now, and how long is waited for it in all.
    private static let tries = 5
    private static let longestWait = Duration.seconds(60)

    let address: ServerAddress
    private let key: String
    private let keyOrigin: String
    private let caFile: String?
    private let http: HTTPClient

    init(_ address: ServerAddress, key: String, keyOrigin: String, caFile: String?) {
        self.address = address
        self.key = key
        self.keyOrigin = keyOrigin
        self.caFile = caFile
        var configuration = HTTPClient.Configuration()
        configuration.caFile = caFile
        configuration.connectTimeout = .seconds(10)
        // A page ends at 8 MiB of records, but one record that is larger is a page too.
        configuration.maximumBodyBytes = 64 << 20
        http = HTTPClient(configuration)
    }

    /// The page that is the answer to the body of a `POST /v1/records/query`. What the server cannot answer now is asked again
    /// when it says so, and standard error tells of it. A connection that fails is worth another one only where this is
    /// the page that follows another: then the server is there.
    func page(_ question: [UInt8], isFollowing: Bool) throws(ServerError) -> AnswerPage {
        try answer(to: question, at: Self.path, isFollowing: isFollowing, AnswerPage.init)
    }

    /// The same of what is asked at another path, and is read by `read`.
    func answer<Answer>(
        to question: [UInt8], at path: String, isFollowing: Bool,
        _ read: ([UInt8]) throws(AnswerPageError) -> Answer
    ) throws(ServerError) -> Answer {
        var waited = Duration.zero
        var attempt = 1
        while true {
            do throws(ServerError) {
                return try answer(to: question, at: path, read)
            } catch {
                guard let pause = error.pause, isFollowing || error.isAnswer, attempt < Self.tries,
                    waited + pause <= Self.longestWait
                else { throw error }
                Console.error("audit-query: \(error); waiting (\(attempt) of \(Self.tries - 1))")
                Thread.sleep(forTimeInterval: pause / .seconds(1))
                waited += pause
                attempt += 1
            }
        }
    }

    private func answer<Answer>(
        to question: [UInt8], at path: String, _ read: ([UInt8]) throws(AnswerPageError) -> Answer
    ) throws(ServerError) -> Answer {
        let response = try response(to: question, at: path)
        guard response.status == 200 else {
            throw ServerError(response, from: address, keyOrigin: keyOrigin)
        }
        warn(of: response)
        do throws(AnswerPageError) {
            return try read(response.body)
        } catch {
            let kind = path == Self.path ? "page of records" : "count"
            throw ServerError("\(address): the answer is no \(kind): \(error)", .unavailable)
        }
    }

    private func response(to question: [UInt8], at path: String) throws(ServerError) -> HTTPResponse {
        let request = HTTPRequest(
            method: "POST", url: address.url + path,
            headers: [
                "X-Api-Key": key, "Content-Type": "application/json", "Accept": "application/json",
                "User-Agent": "audit-query/\(AuditQueryCommand.version)",
            ], body: question, deadline: .now + Self.patience, decodesGzip: true)
        do throws(HTTPClientError) {
            return try http.perform(request)
        } catch {
            throw ServerError(error, from: address, caFile: caFile)
        }
    }

    /// Tells of an answer that is older than it should be, because the server's store fails.
    private func warn(of response: HTTPResponse) {
        guard response.headers["Cache-Status"]?.contains("fwd=stale") == true else { return }
        let age = response.headers["Age"].flatMap(Int.init).map { "\(counted($0, "second")) old" } ?? "older"
        Console.error(
            "audit-query: warning: the server's store does not answer: these records are \(age), and newer ones may be "
                + "missing")
    }
}
