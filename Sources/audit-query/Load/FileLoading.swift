import Loading
import LogFormats
import Threads
import AuditStores
import QueryService
import Gzip

/// Loads files one after the other. What is wrong with lines and files is reported at once, for the end may not
/// be reached.
struct FileLoading {
    struct Outcome: Equatable {
        var counts = LoadCounts()
        /// Files that could not be read to their end. What was read of them is stored.
        var unreadCount = 0
    }

    let store: any RecordStore
    let progress: LoadProgress
    let report: LoadReport
    var conflicts = ConflictRule.replace
    /// Records a second at most; nil for as many as the store takes.
    var rate: Int?
    /// Entries of the first file, and of those that it goes on in, that are not loaded: lines of audit-query's own, events of
    /// other logs.
    var skip = 0
    /// What the files are read as.
    var format = LogSource.Kind.detected
    var options = FormatOptions()

    func load(_ files: [String]) throws(StoreError) -> Outcome {
        var unreadCount = 0
        var run = Run(
            loader: RecordLoader(
                store: store, pacer: rate.map { Pacer(rate: $0) }, conflicts: conflicts
            ) { event throws(StoreError) in try report.tell(event) })
        for index in files.indices {
            let name = LoadResumption.name(files[index])
            let goesOn = run.open.firstSource != nil
            if !goesOn {
                run.firstFile = index
                run.hasGap = false
            }
            run.loader.beginSource(skipping: index == 0 ? skip : 0, goesOn: goesOn)
            report.begin(name, goesOn: goesOn)
            let fault = try load(files[index], index, &run) ?? unskipped(name, run)
            if let fault {
                report.tell(unread: fault)
                unreadCount += 1
                run.hasGap = run.open.firstSource != nil
            }
        }
        try end(&run)
        try report.finish()
        return Outcome(counts: run.loader.counts, unreadCount: unreadCount)
    }

    /// A load under way.
    private struct Run {
        var loader: RecordLoader
        /// What goes on from one file to the next.
        var open = OpenEvents()
        /// The file that whoever goes on with the load begins with.
        var firstFile = 0
        /// Whether one of the files since could not be read to its end: when it can, its entries come among the others, and
        /// counting them is no use. Then all are loaded again, which changes nothing.
        var hasGap = false

        var position: LoadPosition {
            LoadPosition(
                fileIndex: firstFile, settledEntries: hasGap ? 0 : loader.entries.settled,
                areLines: loader.entries.areLines, storedCount: loader.counts.stored)
        }
    }

    /// That a file has fewer entries than are to be skipped; nil where it has not, or those behind it may have them.
    private func unskipped(_ name: String, _ run: Run) -> String? {
        guard skip > 0, run.firstFile == 0, run.open.firstSource == nil, run.loader.entries.missing > 0 else {
            return nil
        }
        let nouns = run.loader.entries.areLines ? "lines" : "entries"
        return "\(name) has \(run.loader.entries.count) \(nouns), fewer than the \(skip) to skip: "
            + "nothing of it was loaded"
    }

    /// Loads what no file has ended.
    private func end(_ run: inout Run) throws(StoreError) {
        var open = run.open
        run.open = OpenEvents()
        try open.end { reading, line throws(StoreError) in
            try run.loader.take(reading, at: line)
            progress.update(sourceBytes: 0, at: run.position)
        }
        // Of two batches the first may be stored, and the second not.
        defer { progress.update(sourceBytes: 0, at: run.position) }
        try run.loader.flush()
    }

    /// Why a file was not read to its end; nil when it was.
    private func load(_ file: String, _ index: Int, _ run: inout Run) throws(StoreError) -> String? {
        let name = LoadResumption.name(file)
        var reader: GzipReader
        do throws(GzipError) {
            reader = try file == "-" ? GzipReader(descriptor: 0, name: name) : GzipReader(path: file)
        } catch {
            return "\(error)"
        }
        progress.begin(name, size: reader.sourceSize, at: run.position)
        var source = LogSource(format, options, number: index, open: run.open)
        run.open = OpenEvents()
        defer { run.open = source.open }
        return try read(&reader, name, &source, into: &run)
    }

    /// Reads to the end, or to a fault, which is returned: what came before it is stored.
    private func read(
        _ reader: inout GzipReader, _ name: String, _ source: inout LogSource,
        into run: inout Run
    ) throws(StoreError) -> String? {
        var chunk = [UInt8](repeating: 0, count: 256 * 1024)
        var failure: String?
        while failure == nil {
            let count: Int
            do throws(GzipError) {
                count = try reader.read(into: &chunk)
            } catch {
                failure = "\(error)"
                break
            }
            guard count > 0 else { break }
            let sourceBytes = reader.sourceBytesRead
            try source.take(chunk[..<count]) { item throws(StoreError) in
                if let reason = try take(item, &run, sourceBytes) { failure = "\(name): \(reason)" }
            }
        }
        // A line that a fault cut in two is no line.
        let sourceBytes = reader.sourceBytesRead
        if failure == nil {
            try source.end { item throws(StoreError) in
                if let reason = try take(item, &run, sourceBytes) { failure = "\(name): \(reason)" }
            }
        } else {
            try source.breakOff { item throws(StoreError) in _ = try take(item, &run, sourceBytes) }
        }
        defer { progress.update(sourceBytes: sourceBytes, at: run.position) }
        try run.loader.flush()
        return failure
    }

    /// Why the source is not read; nil where it is.
    private func take(
        _ item: LogSource.Item, _ run: inout Run, _ sourceBytes: Int64
    ) throws(StoreError) -> String? {
        switch item {
        case .line(let line): try run.loader.take(line)
        case .reading(let reading, let line): try run.loader.take(reading, at: line)
        case .unreadable(let reason): return reason
        }
        progress.update(sourceBytes: sourceBytes, at: run.position)
        return nil
    }
}
