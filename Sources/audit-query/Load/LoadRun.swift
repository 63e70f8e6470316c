import Loading
import LogFormats

/// A load under way.
struct LoadRun {
    var loader: RecordLoader
    /// What goes on from one source to the next.
    var open = OpenEvents()
    /// How many sources were begun.
    var sourceCount = 0
    /// The file that whoever goes on with the load begins with, and the source of it; nil before the first.
    private(set) var firstFile = 0
    private(set) var firstSource: String?
    /// Whether entries cannot be counted from there on: one of the sources since could not be read to its end, and when it can,
    /// its entries come among the others; or they came in an order that depended on when. Then all are loaded again, which
    /// changes nothing.
    var hasGap = false

    /// Nothing is loaded yet.
    init(_ loader: RecordLoader) {
        self.loader = loader
    }

    /// How far it has certainly come.
    var position: LoadPosition {
        LoadPosition(
            fileIndex: firstFile, source: firstSource, settledEntries: hasGap ? 0 : loader.entries.settled,
            areLines: loader.entries.areLines, storedCount: loader.counts.stored)
    }

    /// Begins a source of a file, of which so many entries are skipped. Returns whether it goes on with those before it.
    mutating func begin(_ source: LoadSource, of fileIndex: Int, skipping skip: Int) -> Bool {
        let goesOn = open.firstSource != nil
        if !goesOn {
            (firstFile, firstSource) = (fileIndex, source.name)
            hasGap = false
        }
        loader.beginSource(skipping: skip, goesOn: goesOn)
        sourceCount += 1
        return goesOn
    }
}
