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
        var (parameters, faults) = asked.parameters()
        // A cursor has its own limit.
        parameters.limit = limit ?? (all && cursor == nil ? RecordQuery.limits.upperBound : nil)
        parameters.order = order?.rawValue
        parameters.cursor = cursor
        return (parameters, faults)
    }
}
