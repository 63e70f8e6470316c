/// Where and why a text is no JSON.
struct JSONError: Error, Equatable, CustomStringConvertible {
    /// Bytes before the fault.
    let offset: Int
    /// What is wrong.
    let detail: String

    var description: String { "\(detail), at byte \(offset + 1)" }
}
