/// What is wrong with a line.
public struct RecordLineError: Error, Equatable, CustomStringConvertible {
    /// All of it, each for a person to read.
    public let faults: [String]

    /// For a person to read.
    public var description: String { faults.joined(separator: "; ") }

    init(_ faults: String...) {
        self.faults = faults
    }

    init(faults: [String]) {
        self.faults = faults
    }
}
