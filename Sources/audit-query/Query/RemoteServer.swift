import AuditStores
import Foundation
import HTTPClient
import QueryService

/// An audit-query that is asked over HTTP.
struct RemoteServer {
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
    private let doubts = DoubtNotice()

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
        let question = RemoteQuestion(path: "/v1/records/query", body: question, answer: "page of records")
        return try answer(to: question, isFollowing: isFollowing) { body throws(AnswerPageError) in
            try AnswerPage(body)
        }
    }

    /// A page of lines, as the store has them now: not from a cache, and not stale where the store fails. The server is there: it was
    /// asked before.
    func lines(_ question: [UInt8]) throws(ServerError) -> AnswerLines {
        var question = RemoteQuestion(path: "/v1/records/query", body: question, answer: "page of records")
        question.accept = "application/x-ndjson"
        question.isFresh = true
        return try answer(
            to: question, isFollowing: true,
            reading: { response throws(AnswerPageError) in
                guard !Self.isStale(response) else {
                    throw AnswerPageError(
                        description: "it is an old one, for the server's store does not answer")
                }
                return
                    try AnswerLines(
                        response.body, link: response.headers["Link"],
                        stopReason: response.headers["X-Stop-Reason"],
                        digest: response.headers["Unencoded-Digest"])
            })
    }

    /// The same of another question, whose answer is read by `read`.
    func answer<Answer>(
        to question: RemoteQuestion, isFollowing: Bool, _ read: ([UInt8]) throws(AnswerPageError) -> Answer
    ) throws(ServerError) -> Answer {
        try answer(
            to: question, isFollowing: isFollowing,
            reading: { response throws(AnswerPageError) in
                try read(response.body)
            })
    }

    private func answer<Answer>(
        to question: RemoteQuestion, isFollowing: Bool,
        reading read: (HTTPResponse) throws(AnswerPageError) -> Answer
    ) throws(ServerError) -> Answer {
        var waited = Duration.zero
        var attempt = 1
        while true {
            do throws(ServerError) {
                return try answer(to: question, read)
            } catch {
                guard !question.triesOnce, let pause = error.pause, isFollowing || error.isAnswer,
                    attempt < Self.tries,
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
        to question: RemoteQuestion, _ read: (HTTPResponse) throws(AnswerPageError) -> Answer
    ) throws(ServerError) -> Answer {
        let response = try response(to: question)
        guard response.status == 200 else {
            throw ServerError(response, from: address, keyOrigin: keyOrigin)
        }
        warn(of: response)
        do throws(AnswerPageError) {
            return try read(response)
        } catch {
            throw ServerError("\(address): the answer is no \(question.answer): \(error)", .unavailable)
        }
    }

    private func response(to question: RemoteQuestion) throws(ServerError) -> HTTPResponse {
        var headers: HTTPHeaders = [
            "X-Api-Key": key, "Accept": question.accept,
            "User-Agent": "audit-query/\(AuditQueryCommand.version)",
        ]
        if question.isFresh { headers.append(name: "Cache-Control", value: "no-cache") }
        if question.body != nil { headers.append(name: "Content-Type", value: "application/json") }
        let request = HTTPRequest(
            method: question.body == nil ? "GET" : "POST", url: address.url + question.path, headers: headers,
            body: question.body ?? [], deadline: .now + Self.patience, decodesGzip: true)
        do throws(HTTPClientError) {
            return try http.perform(request)
        } catch {
            throw ServerError(error, from: address, caFile: caFile)
        }
    }

    /// Whether an answer is older than it should be, because the server's store fails.
    private static func isStale(_ response: HTTPResponse) -> Bool {
        response.headers["Cache-Status"]?.contains("fwd=stale; detail=") == true
    }

    /// Tells of one.
    private func warn(of response: HTTPResponse) {
        let status = response.headers["Cache-Status"] ?? ""
        let cause = StoreDoubt.Cause.allCases.first { status.hasSuffix("detail=\($0.rawValue)") }
        doubts.note(cause, seconds: response.headers["Age"].flatMap(Int.init))
        guard cause == nil, Self.isStale(response) else { return }
        let age = response.headers["Age"].flatMap(Int.init).map { "\(counted($0, "second")) old" } ?? "older"
        Console.error(
            "audit-query: warning: the server's store does not answer: these records are \(age), and newer ones may be "
                + "missing")
    }
}
