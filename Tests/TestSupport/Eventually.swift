internal import Glibc

/// Waits until a condition gives a value, looking again every few milliseconds. What it throws in between
/// counts as not yet.
///
/// - Throws: ``Failure`` with what was waited for, and the last error, when the time is over.
@discardableResult
package func eventually<Value>(
    _ what: String, within limit: Duration = .seconds(120), _ condition: () throws -> Value?
) throws -> Value {
    let deadline = ContinuousClock.now + limit
    var last: (any Error)?
    repeat {
        do {
            if let value = try condition() { return value }
            last = nil
        } catch {
            last = error
        }
        usleep(5000)
    } while .now < deadline
    throw Failure("not within \(limit): \(what)\(last.map { " (\($0))" } ?? "")")
}

/// The same for a condition that is true or false.
package func eventually(
    _ what: String, within limit: Duration = .seconds(120), _ condition: () throws -> Bool
) throws {
    try eventually(what, within: limit) { try condition() ? () : nil } as Void
}
