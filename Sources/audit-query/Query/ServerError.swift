import QueryService
import Foundation
import HTTPClient

/// Why a server gave no answer.
struct ServerError: Error, CustomStringConvertible {
    /// What is wrong, where, and what to do.
    let description: String
    let status: ExitStatus
    /// Whether it may answer later, and when to ask again at the soonest; nil when asking again is of no use.
    let pause: Duration?
    /// Whether the server said so itself, and is there.
    let isAnswer: Bool
    /// The status of what it answered; nil where that does not matter.
    private(set) var code: Int?

    init(_ description: String, _ status: ExitStatus, pause: Duration? = nil, isAnswer: Bool = false) {
        self.description = description
        self.status = status
        self.pause = pause
        self.isAnswer = isAnswer
    }

    /// No answer at all.
    init(_ error: HTTPClientError, from address: ServerAddress, caFile: String?) {
        let detail = error.message.printable
        let (text, isLasting): (String, Bool) =
            switch error.code {
            case .couldNotResolve: ("the host's name is not known here: \(detail)", true)
            case .couldNotConnect: ("nobody takes the connection: \(detail)", false)
            case .tls: ("\(detail)\(Self.advice(detail, caFile))", true)
            case .timeout: ("no answer in time: \(detail)", false)
            case .closed, .reset, .truncated: ("the connection broke: \(detail)", false)
            case .malformed, .tooLarge, .invalidRequest, .internal: (detail, true)
            }
        self.init("\(address): \(text)", .unavailable, pause: isLasting ? nil : .seconds(1))
    }

    /// An answer that is none to the question.
    init(_ response: HTTPResponse, from address: ServerAddress, keyOrigin: String) {
        let problem = ServerProblem.read(response)
        let wait = response.retryAfter.map { Int($0.components.seconds) }
        let again = wait.map { "; try again in \(counted($0, "second"))" } ?? "; try again later"
        switch response.status {
        case 400 where !problem.errors.isEmpty:
            self.init(problem.options, .usage)
        case 401:
            self.init(
                "\(address): 401: the key in \(keyOrigin) is not accepted: it is unknown, has expired or is revoked",
                .notPermitted)
        case 403:
            self.init(
                "\(address): 403: \(problem.errors.isEmpty ? problem.text : problem.options)", .notPermitted)
        case 404 where problem.text.hasPrefix("Not followed"):
            self.init("\(address): 404: \(problem.text)", .unavailable)
        case 404, 405:
            self.init(
                "\(address): \(response.status): there is no audit-query here: check the host, the port and the path",
                .unavailable)
        case 429:
            self.init(
                "\(address): 429: too many requests\(again)", .unavailable, pause: .seconds(wait ?? 5),
                isAnswer: true)
        case 500, 502, 503, 504:
            self.init(
                "\(address): \(response.status): \(problem.text)\(again)", .unavailable,
                pause: .seconds(wait ?? 5), isAnswer: true)
        default:
            self.init("\(address): \(response.status): \(problem.text)", .unavailable)
        }
        code = response.status
    }

    /// What to do about a certificate that cannot be verified.
    private static func advice(_ detail: String, _ caFile: String?) -> String {
        guard detail.contains("issuer") || detail.contains("self-signed") || detail.contains("self signed")
        else {
            return ""
        }
        return caFile.map { ": \($0.printable) does not hold the authority that signed it" }
            ?? ": if it is one of your own authority, name that by --ca-file"
    }
}

/// What a server says in application/problem+json (RFC 9457).
struct ServerProblem: Decodable {
    struct Fault: Decodable {
        let parameter, detail: String
    }

    /// What is wrong, and the request's id, by which its operators find it.
    let text: String
    let errors: [Fault]

    private enum CodingKeys: String, CodingKey {
        case title, detail, instance, errors
    }

    private init(text: String, errors: [Fault]) {
        self.text = text
        self.errors = errors
    }

    /// What an answer says; of one that has another form, its beginning.
    static func read(_ response: HTTPResponse) -> ServerProblem {
        let body = Data(response.body)
        if let problem = try? JSONDecoder().decode(ServerProblem.self, from: body) { return problem }
        let start = String(decoding: response.body.prefix(200), as: UTF8.self)
            .split(whereSeparator: \.isNewline).joined(separator: " ")
        return ServerProblem(
            text: start.isEmpty ? "it says no more" : "it says: \(start.printable)", errors: [])
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let title = try container.decode(String.self, forKey: .title)
        let detail = try container.decodeIfPresent(String.self, forKey: .detail)
        let instance = try container.decodeIfPresent(String.self, forKey: .instance)
        text =
            ([title] + (detail.map { [$0] } ?? [])).joined(separator: ": ").printable
            + (instance.map { " (request \($0.printable))" } ?? "")
        errors = try container.decodeIfPresent([Fault].self, forKey: .errors) ?? []
    }

    /// The errors with the command's options for the parameters that they name.
    var options: String {
        errors.map { QueryParameters.fault(ParameterError($0.parameter, $0.detail)) }.joined(separator: "\n")
    }
}
