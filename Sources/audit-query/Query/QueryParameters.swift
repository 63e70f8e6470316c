import Foundation
import QueryService

/// What is asked, under the names of the HTTP interface; written as JSON, it is the body of a request.
struct QueryParameters: Encodable {
    var userId, systemId, resourceId, startDate, endDate: String?
    var limit: Int?
    var order, filter, search, columns, cursor: String?
    var by: [String]?
    var top: Int?

    /// The body of a request. Equal questions have equal ones: nginx chooses a worker by their bytes, and so the cache that is asked.
    var body: [UInt8] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return Array(try encoder.encode(self))
        }
    }

    /// Those that are given.
    var list: [(name: String, value: String)] {
        let all: [(name: String, value: String?)] = [
            ("userId", userId), ("systemId", systemId), ("resourceId", resourceId),
            ("startDate", startDate), ("endDate", endDate), ("limit", limit.map(String.init)),
            ("order", order), ("filter", filter), ("search", search), ("columns", columns),
            ("cursor", cursor),
            ("top", top.map(String.init)),
        ]
        return all.compactMap { name, value in value.map { (name, $0) } } + (by ?? []).map { ("by", $0) }
    }

    /// The options of the command that stand for them.
    private static let options = [
        "userId": "--user", "systemId": "--system", "resourceId": "--resource", "startDate": "--from",
        "endDate": "--to", "limit": "--limit", "order": "--order", "filter": "--filter",
        "search": "--search", "columns": "--columns", "cursor": "--cursor", "by": "--by",
        "prefix": "--prefix", "top": "--top", "after": "--after",
    ]

    /// What is wrong with a parameter, or with several that stand in a list, as somebody sees it who gave options.
    static func fault(_ error: ParameterError) -> String {
        let names = error.parameter.split(separator: ", ").map { options[String($0)] ?? String($0) }
        return "\(names.joined(separator: ", ")): \(inOptions(error.detail))".printable
    }

    /// A text that speaks of parameters. Those that are words of English too stay as they are.
    private static func inOptions(_ detail: String) -> String {
        detail.replacing(/[A-Za-z]+/) { match -> String in
            let word = String(match.output)
            return word.contains(where: \.isUppercase) ? options[word] ?? word : word
        }
    }
}
