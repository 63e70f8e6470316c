/// Counts the entries of a source, and of those before that it goes on with: lines of audit-query's own, and what became of
/// events of others, in the order in which it is told.
package struct EntryCount: Equatable, Sendable {
    /// Read so far.
    package private(set) var count = 0
    /// So many of them, from the first on, need not be loaded again: each was stored, reported, or skipped.
    package private(set) var settled: Int
    /// Whether all of them are lines.
    package private(set) var areLines = true
    private let skipped: Int

    /// At the first of them, with so many to be skipped.
    init(skipping skipped: Int = 0) {
        self.skipped = skipped
        settled = skipped
    }

    /// Entries to skip that have not come.
    package var missing: Int { max(0, skipped - count) }

    /// Whether the last that was read is not skipped.
    var isTaken: Bool { count > skipped }

    /// Another is read.
    mutating func begin(isLine: Bool) {
        count += 1
        areLines = areLines && isLine
    }

    /// So many are settled, if not more are.
    mutating func settle(upTo count: Int) {
        settled = max(settled, count)
    }
}
