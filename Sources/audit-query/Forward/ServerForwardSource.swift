import AuditStores
import Forwarding
import QueryService

/// Reads what comes into a server's store, by `/v1/changes`. A place is a token, and before it the number of records of the page whose
/// end it is.
struct ServerForwardSource: ForwardSource {
    /// So many records at once. A page has 8 MiB at most, or one record that has more.
    private static let recordLimit = 1000
    /// How long the server waits where there is nothing, in seconds: not as long as followers on a terminal, for what was sent is to be
    /// settled meanwhile, and a stop is not to be waited for.
    private static let wait = 5

    private let server: RemoteServer
    private let parameters: QueryParameters
    private let wait: Int
    /// Where the checkpoint stands, and how many records the page behind it had that was about to be sent: the next process asks for as
    /// many, so that the far end gets the same ones again.
    private let begun: (place: String, limit: Int)?

    /// From a server, those records that are what parameters say, from a checkpoint on, if there is one; waiting for nothing if all of it
    /// is wanted once.
    init(
        _ server: RemoteServer, _ parameters: QueryParameters, from checkpoint: ForwardCheckpoint?,
        once: Bool
    ) {
        (self.server, self.parameters) = (server, parameters)
        wait = once ? 0 : Self.wait
        begun = checkpoint.flatMap { checkpoint in
            checkpoint.pending.flatMap(Place.init).map { (checkpoint.place, $0.count) }
        }
    }

    func end() throws -> String { try Place(count: 0, token: page(after: nil, limit: 1, wait: 0).next).text }

    func read(after text: String) throws(ForwardSourceError) -> ForwardedRun {
        let token: String
        if text.isEmpty {
            token = FollowCommand.start
        } else if let place = Place(text) {
            token = place.token
        } else {
            throw .lost(Self.fault("the checkpoint is of a store, and not of a server"))
        }
        let page: ChangesPage
        let limit = begun.flatMap { $0.place == text ? $0.limit : nil } ?? Self.recordLimit
        do throws(ServerError) {
            page = try self.page(after: token, limit: limit, wait: wait)
        } catch {
            // Another server, a secret that was changed, a store that was restored. All else may be mended there.
            switch error.code {
            case 410:
                throw .lost(
                    Self.fault("\(server.address): the checkpoint's place is not kept there any more"))
            case 400: throw .lost(Self.fault("\(server.address) refuses what it is asked: \(error)"))
            default: throw .unavailable("\(error)", wait: error.pause)
            }
        }
        let end = Place(count: page.records.count, token: page.next).text
        // Only its end is a place that can be gone on from.
        let last = page.records.count - 1
        return ForwardedRun(
            records: page.records.enumerated().map { (record: $1, place: $0 == last ? end : "") }, end: end,
            isAtEnd: !page.hasMore)
    }

    private func page(after token: String?, limit: Int, wait: Int) throws(ServerError) -> ChangesPage {
        var all = parameters.list + [("limit", String(limit)), ("wait", String(wait))]
        if let token { all.append(("after", token)) }
        let query = all.map { "\($0.name)=\(RemoteServer.encoded($0.value))" }.joined(separator: "&")
        let question = RemoteQuestion(
            path: "/v1/changes?\(query)", body: nil, triesOnce: true, answer: "page of what came")
        return try server.answer(to: question, isFollowing: false) { body throws(AnswerPageError) in
            try ChangesPage(body)
        }
    }

    private static func fault(_ what: String) -> ForwardFault {
        ForwardFault(
            "\(what), so nothing tells which records the far end has: remove the checkpoint, and say by --begin whether it gets all "
                + "of them again (start) or only what comes from now on (now)")
    }

    /// A token, and how many records the page had that ends there.
    private struct Place {
        let count: Int
        let token: String

        init(count: Int, token: String) { (self.count, self.token) = (count, token) }

        init?(_ text: String) {
            let parts = text.split(separator: ".", maxSplits: 1)
            guard parts.count == 2, let count = Int(parts[0]), count >= 0 else { return nil }
            self.init(count: count, token: String(parts[1]))
        }

        var text: String { "\(count).\(token)" }
    }
}
