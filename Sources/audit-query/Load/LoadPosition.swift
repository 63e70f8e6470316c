/// How far a load has certainly come, whatever format its files are of.
///
/// Whoever goes on reads that file from its beginning, and those behind it, and leaves out so many entries: lines of
/// audit-query's own, and of other logs events, whatever became of them, in the order in which reading gives them, which is the
/// same each time.
struct LoadPosition: Equatable {
    /// The file to go on with; those before it are done. It is before the one that is being read where events may have lines
    /// in several.
    var fileIndex = 0
    /// Entries from the beginning of that file on that need not be loaded again.
    var settledEntries = 0
    /// Whether all of these are lines of audit-query's own.
    var areLines = true
    /// Records stored in all.
    var storedCount = 0
}
