import AuditRecords
import AuditStores
import QueryService

/// Who counts.
protocol CountSource {
    /// All of the answer, its parts added up.
    func total() throws -> CountTotal

    /// What there is to say when there is nothing to count.
    func remarks(onNothingIn total: CountTotal) -> [String]
}

/// Counts in the store.
struct StoreCounts: CountSource {
    let question: CountQuery
    private let search: UnrestrictedSearch
    private let names: NameInquiry
    private let doubts = DoubtNotice()
    /// What is told how is counted; nil where nobody asks.
    var trace: ReadTrace?

    init(_ question: CountQuery, _ search: UnrestrictedSearch, names: NameInquiry) {
        (self.question, self.search, self.names) = (question, search, names)
    }

    func total() throws -> CountTotal {
        var tally = Tally(by: question.by)
        var next = question
        while true {
            let part = try part(of: next)
            doubts.note(part.usage.doubt)
            tally.add(part.tally)
            guard let resume = part.resume else { break }
            next.records.after = resume
        }
        return CountTotal(
            tally, top: question.top, range: question.records.range, systems: SystemScope.all.patterns)
    }

    private func part(of question: CountQuery) throws -> CountPart {
        do throws(StoreError) {
            return try search.part(of: question, trace)
        } catch {
            guard error.code == .tooLarge else { throw error }
            throw CountCommand.usage([
                "--by: makes more than \(Tally.mostGroups) groups: ask for less time or for fewer records, or by what has "
                    + "fewer values"
            ])
        }
    }

    func remarks(onNothingIn total: CountTotal) -> [String] {
        let unknown = names.remarks(on: question.records)
        return unknown.isEmpty ? ["There are no such records\(total.searchedTime)."] : unknown
    }
}

/// Counts of a server.
struct ServerCounts: CountSource {
    private static let path = "/v1/records/count"

    private let question: QueryParameters
    private let keys: [GroupKey]
    private let top: Int
    private let server: RemoteServer

    /// `keys` are those of the question, in one order.
    init(_ question: QueryParameters, by keys: [GroupKey], top: Int, of server: RemoteServer) {
        (self.question, self.keys, self.top, self.server) = (question, keys, top, server)
    }

    func total() throws -> CountTotal {
        var answer = try answer(to: question, isFollowing: false)
        guard answer.nextCursor != nil else { return try CountTotal(answer, by: keys) }
        var tally = Tally(by: keys)
        while true {
            tally.add(answer.tally)
            guard let cursor = answer.nextCursor else { break }
            answer = try self.answer(to: QueryParameters(cursor: cursor), isFollowing: true)
            // The same place again would be asked for ever.
            guard answer.nextCursor != cursor else {
                throw ServerError(
                    "\(server.address): the next part would begin where this one does", .unavailable)
            }
        }
        return CountTotal(tally, top: top, range: try answer.range(), systems: answer.systems)
    }

    private func answer(to question: QueryParameters, isFollowing: Bool) throws -> AnswerCounts {
        let question = RemoteQuestion(path: Self.path, body: try question.body, answer: "count")
        return try server.answer(to: question, isFollowing: isFollowing) { body throws(AnswerPageError) in
            try AnswerCounts(body, by: keys)
        }
    }

    func remarks(onNothingIn total: CountTotal) -> [String] {
        guard total.systems != ["*"] else { return ["There are no such records\(total.searchedTime)."] }
        let systems = total.systems.map(\.printable).joined(separator: ", ")
        return [
            "There are no such records\(total.searchedTime) in the systems that this key may see: \(systems)."
        ]
    }
}

extension CountTotal {
    /// The time that was searched, in words.
    fileprivate var searchedTime: String {
        func text(_ instant: Timestamp) -> String { String(decoding: instant.text, as: UTF8.self) }
        return (range.start.map { " from \(text($0))" } ?? "")
            + (range.end.map { " before \(text($0))" } ?? "")
    }
}
