import AuditRecords
import ArgumentParser

/// A column of the table with its heading.
struct ShownColumn: Equatable {
    let heading: String
    let column: RecordColumn

    /// What the columns that most people ask for are called.
    private static let headings = [
        "timestamp": "TIME", "userId": "USER", "action": "ACTION", "resourceId": "RESOURCE",
        "outcome": "OUTCOME", "sourceIp": "ADDRESS", "systemId": "SYSTEM", "auditId": "AUDIT ID",
        "hour": "HOUR", "day": "DAY", "month": "MONTH",
    ]

    /// What stands over a column of this name.
    static func heading(of name: String) -> String { headings[name] ?? name.printable }

    /// The columns where none are named.
    static let standard = "timestamp, userId, action, resourceId, outcome, sourceIp, systemId, auditId"

    /// Reads a list of columns, separated by commas that are not within quotes, with or without spaces behind them.
    static func list(_ text: String) throws(ValidationError) -> [ShownColumn] {
        var columns: [ShownColumn] = []
        for name in RecordColumn.names(in: text) {
            do throws(AttributePathError) {
                columns.append(ShownColumn(heading: heading(of: name), column: try RecordColumn(name)))
            } catch {
                throw ValidationError(
                    "--columns \(name.printable) \(error.description.printable). There are timestamp, userId, resourceId, "
                        + "systemId, auditId, attributes, and the paths of attributes")
            }
        }
        return columns
    }
}
