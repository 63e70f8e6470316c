/// Why something is no note, key or checkpoint, for a person to read. No key's secret is in it.
package struct NoteFault: Error, Equatable, CustomStringConvertible {
    /// What is wrong and what it should be.
    package let description: String

    /// A fault of its description.
    package init(_ description: String) {
        self.description = description
    }
}
