import AuditRecords
import Evidence
import Foundation
import QueryService

extension RemoteServer {
    /// What a key may see.
    struct VisiblePolicy: Decodable {
        /// Stands for all of it.
        let policy: String
        let hidesAttributes: Bool
    }

    /// What the key may see; nil from a server that does not tell.
    func policy() throws(ServerError) -> VisiblePolicy? {
        try found {
            () throws(ServerError) in
            let question = RemoteQuestion(path: "/v1/policy", body: nil, answer: "policy")
            return try answer(to: question, isFollowing: true) { body throws(AnswerPageError) in
                guard let policy = try? JSONDecoder().decode(VisiblePolicy.self, from: Data(body)) else {
                    throw AnswerPageError(description: "it does not say what the key may see")
                }
                return policy
            }
        }
    }

    /// The seals that are wanted, or the head of the log alone; none where nothing is sealed. What is more than one answer has is asked for
    /// in parts.
    func seals(_ wanted: ExportSeals.Wanted?) throws(ServerError) -> [SealExtract] {
        // No record can have happened then.
        let none = TimeRange(
            start: .startOfTime, end: Timestamp.startOfTime.advanced(bySeconds: 86_400))
        let wanted = wanted ?? ExportSeals.Wanted(systemId: nil, range: none)
        let days = (wanted.range.start ?? .startOfTime).day..<(wanted.range.end ?? .endOfTime).day
        do throws(ServerError) {
            return try found { () throws(ServerError) in [try extract(wanted)] } ?? []
        } catch {
            let middle = (days.lowerBound.daysSince1970 + days.upperBound.daysSince1970) / 2
            guard error.code == 400, days.lowerBound.daysSince1970 < middle else { throw error }
            let cut = Day(daysSince1970: middle).start
            return try seals(
                ExportSeals.Wanted(
                    systemId: wanted.systemId, range: TimeRange(start: wanted.range.start, end: cut)))
                + seals(
                    ExportSeals.Wanted(
                        systemId: wanted.systemId, range: TimeRange(start: cut, end: wanted.range.end)))
        }
    }

    private func extract(_ wanted: ExportSeals.Wanted) throws(ServerError) -> SealExtract {
        let dates = QueryParameters(systemId: wanted.systemId?.description).within(wanted.range)
        let query = dates.list.map { "\($0.name)=\(Self.encoded($0.value))" }.joined(separator: "&")
        let question = RemoteQuestion(
            path: query.isEmpty ? "/v1/seals" : "/v1/seals?\(query)", body: nil, answer: "list of seals")
        return try answer(to: question, isFollowing: true) { body throws(AnswerPageError) in
            let extract: SealExtract
            do throws(NoteFault) {
                extract = try SealExtract(json: body)
            } catch {
                throw AnswerPageError(description: "it \(error)")
            }
            if let fault = extract.fault(by: TreeHasher()) { throw AnswerPageError(description: fault) }
            return extract
        }
    }

    /// Nil where the server says that there is no such thing.
    private func found<Answer>(_ ask: () throws(ServerError) -> Answer) throws(ServerError) -> Answer? {
        do throws(ServerError) {
            return try ask()
        } catch {
            guard error.code == 404 else { throw error }
            return nil
        }
    }
}
