import AuditRecords
import AuditStores
import Cryptography
import QueryService
import Threads

/// Where one who follows has records from.
protocol ChangeSource {
    /// What came since the page before, or since where it begins. Waits for some seconds where there is nothing.
    mutating func next() throws -> ChangePage
}

/// What came.
struct ChangePage {
    let records: [AuditRecord]
    /// Who goes on from here has had it: what `--after` takes.
    let token: String
    /// Whether more may be there already.
    let hasMore: Bool
}

/// Why it is of no use to go on.
struct ChangesError: Error, CustomStringConvertible {
    let description: String
    var status = ExitStatus.badInput
}

extension ChangesError {
    /// A place that the store does not keep.
    fileprivate init(_ loss: PlaceLoss, status: ExitStatus = .badInput) {
        self.init(description: "--after: \(loss.reason) \(loss.advice("--after"))", status: status)
    }
}

/// From the store itself. Its tokens are places as they are: who reads the store may know them.
struct StoreChanges: ChangeSource {
    /// How often a store is looked at.
    private static let interval = Duration.milliseconds(500)

    private let search: UnrestrictedSearch
    private let query: RecordQuery
    private let doubts = DoubtNotice()
    private var after: ArrivalPlace?
    private var hasBegun: Bool
    /// Whether it has reached the end, and so waits before it looks again.
    private var isAtEnd = false

    /// From behind a token, from the start, or from now on.
    init(_ query: RecordQuery, _ search: UnrestrictedSearch, after: String?) throws(ChangesError) {
        (self.query, self.search) = (query, search)
        hasBegun = after != nil
        guard let after else { return }
        guard after != FollowCommand.start else {
            guard search.keepsAllArrivals else { throw ChangesError(.noBeginning, status: .usage) }
            return
        }
        guard let bytes = [UInt8](hexadecimal: after), let place = ArrivalPlace(bytes: bytes) else {
            throw ChangesError(
                description:
                    "--after: \(after.printable) is no token of a store, which has hexadecimal digits: tokens of "
                    + "a server are for that server", status: .usage)
        }
        self.after = place
    }

    mutating func next() throws -> ChangePage {
        if isAtEnd { blockThread(for: Self.interval) }
        if !hasBegun { after = try search.arrivalEnd() }
        hasBegun = true
        switch try search.changes(of: query, after: after) {
        case .lost(let loss):
            throw ChangesError(loss)
        case .page(let page):
            doubts.note(page.usage.doubt)
            after = page.next
            isAtEnd = page.stop == .end
            return ChangePage(
                records: page.records, token: page.next.bytes.hexadecimal,
                hasMore: !isAtEnd)
        }
    }
}

/// From a server.
struct ServerChanges: ChangeSource {
    private let server: RemoteServer
    private let parameters: [(name: String, value: String)]
    private var after: String?
    /// How long the server waits, in seconds.
    private let wait: Int

    init(
        _ parameters: QueryParameters, of server: RemoteServer, after: String?, wait: Int
    ) {
        (self.server, self.after, self.wait) = (server, after, wait)
        self.parameters = parameters.list
    }

    mutating func next() throws -> ChangePage {
        var all = parameters + [("wait", String(wait))]
        if let after { all.append(("after", after)) }
        let query = all.map { "\($0.name)=\(RemoteServer.encoded($0.value))" }.joined(separator: "&")
        let question = RemoteQuestion(path: "/v1/changes?\(query)", body: nil, answer: "page of what came")
        let page = try server.answer(to: question, isFollowing: false) { body throws(AnswerPageError) in
            try ChangesPage(body)
        }
        after = page.next
        return ChangePage(records: page.records, token: page.next, hasMore: page.hasMore)
    }
}
