package import AuditRecords

/// The indexes that a file of the embedded store is to have besides those that every query needs.
package struct SQLiteIndexes: Hashable, Sendable {
    /// Indexes of these attributes and of no others; nil for those that the file has, which are kept up to date all the same.
    package var attributes: [AttributePath]?
    /// Whether there is to be an index of words, and all that is written goes into it.
    package var text: Bool

    /// Those that are wanted.
    package init(attributes: [AttributePath]? = nil, text: Bool = false) {
        self.attributes = attributes
        self.text = text
    }
}
