internal import AuditRecords
internal import AuditStores

/// Which seals are asked for.
struct SealQuery: Hashable, Sendable {
    /// Of one system; nil for all that the key may see.
    let systemId: Identifier?
    /// Of days that have some of this time.
    let range: TimeRange

    /// Whether a day has some of the time.
    func wants(_ day: Day) -> Bool {
        range.start.map { $0 < day.end } ?? true && range.end.map { day.start < $0 } ?? true
    }
}

/// Makes a question for seals of raw parameters, or lists everything that is wrong with them.
enum SealValidation {
    static let names = ["systemId", "startDate", "endDate"]

    /// - Throws: all errors.
    static func query(
        _ reader: consuming ParameterReader, _ policy: Policy
    ) throws(InvalidQuery) -> SealQuery {
        var reader = reader
        let system = reader.identifier("systemId")
        let range = TimeRange(start: reader.date("startDate")?.start, end: reader.date("endDate")?.end)
        guard reader.errors.isEmpty else { throw InvalidQuery(errors: Array(reader.errors.prefix(100))) }
        if let system, !policy.scope.contains(system) {
            let error = ParameterError("systemId", "is not among the systems that this key may see")
            throw InvalidQuery(errors: [error], isForbidden: true)
        }
        return SealQuery(systemId: system, range: range)
    }
}
