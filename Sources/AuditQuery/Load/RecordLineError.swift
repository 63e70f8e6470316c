/// What is wrong with a line.
public struct RecordLineError: Error, Equatable, CustomStringConvertible {
    /// For a person to read.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
