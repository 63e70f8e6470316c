import AuditRecords
import AuditStores
import Foundation
import QueryService

extension RemoteServer {
    private struct Body: Decodable {
        let names: [String]
        let hasMore: Bool
    }

    /// The names that parameters ask for.
    func names(_ parameters: [(name: String, value: String)]) throws(ServerError) -> NameRun {
        let query = parameters.map { "\($0.name)=\(Self.encoded($0.value))" }.joined(separator: "&")
        let question = RemoteQuestion(path: "/v1/names?\(query)", body: nil, answer: "list of names")
        return try answer(to: question, isFollowing: false) { body throws(AnswerPageError) in
            guard let body = try? JSONDecoder().decode(Body.self, from: Data(body)) else {
                throw AnswerPageError(description: "it has no names and hasMore")
            }
            return NameRun(names: body.names.map { Identifier($0) }, hasMore: body.hasMore)
        }
    }

    /// What may stand in a URL for a text: all but unreserved characters (RFC 3986 section 2.3) as %XX.
    static func encoded(_ text: String) -> String {
        let unreserved = CharacterSet(charactersIn: "-._~").union(.asciiLettersAndDigits)
        return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? text
    }
}

extension CharacterSet {
    fileprivate static let asciiLettersAndDigits = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
}
