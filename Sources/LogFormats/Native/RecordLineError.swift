/// What is wrong with a line.
package struct RecordLineError: Error, Equatable, CustomStringConvertible {
    /// All of it, each for a person to read.
    package let faults: [String]

    /// For a person to read.
    package var description: String { faults.joined(separator: "; ") }

    init(_ faults: String...) {
        self.faults = faults
    }

    init(faults: [String]) {
        self.faults = faults
    }
}
