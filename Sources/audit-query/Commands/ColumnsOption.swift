import ArgumentParser

/// What a table of records shows.
struct ColumnsOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What the table shows: timestamp, userId, systemId, resourceId, auditId, attributes, and paths of attributes "
                + "such as details.requestId. (default: \(ShownColumn.standard))", valueName: "names"),
        completion: PathCompletion.kind(.columns))
    var columns: String?

    /// Whether it was said.
    var isGiven: Bool { columns != nil }

    /// The columns.
    ///
    /// - Throws: what is wrong with them.
    func list() throws -> [ShownColumn] { try ShownColumn.list(columns ?? ShownColumn.standard) }
}
