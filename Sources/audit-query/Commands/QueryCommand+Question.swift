import AuditStores
import ArgumentParser
import QueryService

/// What the options of `query` ask.
extension QueryCommand {
    /// The question; everything that is wrong with it at once, else.
    func validated(_ search: UnrestrictedSearch) throws -> RecordQuery {
        let (parameters, faults) = parameters()
        let query: RecordQuery
        do throws(InvalidQuery) {
            query = try search.query(parameters.list, now: TimeSource.system.wall())
        } catch {
            throw Self.usage(faults + error.errors.map(QueryParameters.fault))
        }
        guard faults.isEmpty else { throw Self.usage(faults) }
        return query
    }

    /// What is asked, and what is wrong with its dates, which are left out then.
    func parameters() -> (QueryParameters, faults: [String]) {
        let now = TimeSource.system.wall()
        var faults: [String] = []
        func date(_ option: String, _ text: String?) -> DateExpression? {
            guard let text else { return nil }
            do throws(DateExpressionError) {
                return try DateExpression(
                    text, now: now, clock: timeZone ?? .utc, mayBeLocal: timeZone != nil)
            } catch {
                faults.append("\(option): \(error)")
                return nil
            }
        }
        let (start, end) = (date("--from", from), date("--to", to))
        // A cursor has its own limit.
        let usualLimit = all && cursor == nil ? RecordQuery.limits.upperBound : nil
        let parameters = QueryParameters(
            userId: user, systemId: system, resourceId: resource, startDate: start?.startText,
            endDate: end?.endText, limit: limit ?? usualLimit, order: order?.rawValue,
            filter: filter, search: search, cursor: cursor)
        return (parameters, faults)
    }

    /// What ends the command where its options are wrong.
    static func usage(_ lines: [String]) -> ExitCode {
        ExitStatus.usage.exit(
            lines.joined(separator: "\n") + "\nSee 'audit-query query --help' for more information.")
    }
}
