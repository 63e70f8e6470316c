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

/// Takes turns until one says that it was the last: a loop that goes on for ever where the code is wrong fails its test soon, and does
/// not hang it. Asks no clock, so a slow machine changes nothing.
///
/// - Throws: ``Failure`` with what did not come, after so many turns; and what a turn throws.
package func untilDone(_ what: String, turns: Int = 2000, _ turn: () throws -> Bool) throws {
    for _ in 0..<turns where try turn() { return }
    throw Failure("not in \(turns) turns: \(what)")
}
