import QueryService

/// Pages answered by a server.
struct ServerPages: PageSource {
    private let server: RemoteServer
    /// The next page's question; nil after the last.
    private var following: QueryParameters?
    private var cursor: String?

    init(_ question: QueryParameters, of server: RemoteServer) {
        self.server = server
        following = question
    }

    mutating func next() throws -> FoundPage? {
        guard let question = following else { return nil }
        let page = try server.page(try question.body, isFollowing: cursor != nil)
        // The same place again would be asked for ever.
        guard page.nextCursor == nil || page.nextCursor != question.cursor else {
            throw ServerError(
                "\(server.address): the next page would begin where this one does", .unavailable)
        }
        cursor = page.nextCursor
        following = cursor.map { QueryParameters(cursor: $0) }
        return .answered(page)
    }

    /// The time that was searched, and the key's systems if it may not see all: nothing else is told to a key.
    func remarks(onNothingIn page: FoundPage) -> [String] {
        guard case .answered(let answer) = page, answer.systems != ["*"] else {
            return ["There are no such records\(page.searchedTime)."]
        }
        let systems = answer.systems.map(\.printable).joined(separator: ", ")
        return [
            "There are no such records\(page.searchedTime) in the systems that this key may see: \(systems)."
        ]
    }

    var resumption: String? { cursor.map { "--cursor \($0)" } }
}
