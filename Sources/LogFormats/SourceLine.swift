/// A line of one of the sources of a load.
package struct SourceLine: Hashable, Sendable {
    /// Which source: 0 is the first that is loaded.
    package let source: Int
    /// From 1 on.
    package let number: Int

    /// A line of a source.
    package init(source: Int = 0, number: Int) {
        self.source = source
        self.number = number
    }
}
