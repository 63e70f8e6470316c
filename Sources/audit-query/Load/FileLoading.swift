import Loading
import LogFormats
import Threads
import AuditStores
import QueryService
import Archives
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
    /// Entries of the first source, and of those that it goes on in, that are not loaded: lines of audit-query's own, events of
    /// other logs.
    var skip = 0
    /// The first source that is loaded of the first file, where that is a folder or an archive; nil for the first there is.
    var from: String?
    /// What the files are read as.
    var format = LogSource.Kind.detected
    var options = FormatOptions()
    var cursor: JournalCursor?

    func load(_ files: [String]) throws(StoreError) -> Outcome {
        var unreadCount = 0
        var run = LoadRun(
            RecordLoader(
                store: store, pacer: rate.map { Pacer(rate: $0) }, conflicts: conflicts
            ) { event throws(StoreError) in try report.tell(event) })
        progress.expect { Self.byteCount(of: files) }
        for index in files.indices { unreadCount += try loadSources(of: files[index], index, &run) }
        try end(&run)
        try report.finish()
        return Outcome(counts: run.loader.counts, unreadCount: unreadCount)
    }

    /// Loads what a file, folder or archive is. Returns how much of it could not be read to its end.
    private func loadSources(of file: String, _ index: Int, _ run: inout LoadRun) throws(StoreError) -> Int {
        var sources = LoadSources(file, isRefused: report.isRejects)
        var awaited = index == 0 ? from : nil
        var (unreadCount, count) = (0, 0)
        while let item = sources.next() {
            switch item {
            case .source(let source):
                guard awaited == nil || awaited == source.name else { continue }
                awaited = nil
                count += 1
                let goesOn = run.begin(source, of: index, skipping: run.sourceCount == 0 ? skip : 0)
                report.begin(source.name, goesOn: goesOn)
                guard let fault = try load(source, &run) ?? unskipped(source.name, run) else { continue }
                report.tell(unread: fault)
                run.hasGap = run.open.firstSource != nil
            case .passedOver(let path, let reason):
                report.tell(passedOver: path, reason)
                continue
            case .unreadable(let fault): report.tell(unread: fault)
            }
            unreadCount += 1
        }
        guard count == 0, unreadCount == 0 else { return unreadCount }
        report.tell(
            unread: awaited.map { "--from: there is no \($0) in \(file)" } ?? "\(file): has no file to load")
        return 1
    }

    /// How many bytes all files have; nil where one does not say.
    private static func byteCount(of files: [String]) -> Int64? {
        var total: Int64 = 0
        for file in files {
            var sources = LoadSources(file)
            while let item = sources.next() {
                guard case .source(let source) = item else { continue }
                guard let byteCount = source.byteCount else { return nil }
                total += byteCount
            }
        }
        return total
    }

    /// That a source has fewer entries than are to be skipped; nil where it has not, or those behind it may have them.
    private func unskipped(_ name: String, _ run: LoadRun) -> String? {
        guard skip > 0, run.sourceCount == 1, run.open.firstSource == nil, run.loader.entries.missing > 0
        else { return nil }
        let nouns = run.loader.entries.areLines ? "lines" : "entries"
        return "\(name) has \(run.loader.entries.count) \(nouns), fewer than the \(skip) to skip: "
            + "nothing of it was loaded"
    }

    /// Loads what no source has ended.
    private func end(_ run: inout LoadRun) throws(StoreError) {
        var open = run.open
        run.open = OpenEvents()
        try open.end { reading, line throws(StoreError) in
            try run.loader.take(reading, at: line)
            progress.update(sourceBytes: 0, at: run.position)
        }
        try flush(&run, 0)
    }

    /// Why a source was not read to its end; nil when it was.
    private func load(_ place: LoadSource, _ run: inout LoadRun) throws(StoreError) -> String? {
        var reader: ContentReader
        do throws(GzipError) {
            reader = try place.open()
        } catch {
            return "\(error)"
        }
        progress.begin(place, size: reader.sourceSize, at: run.position)
        var source = LogSource(format, options, number: run.sourceCount - 1, open: run.open)
        run.open = OpenEvents()
        defer { run.open = source.open }
        return try read(&reader, place, &source, into: &run)
    }

    /// Reads to the end, or to a fault, which is returned: what came before it is stored.
    private func read(
        _ reader: inout ContentReader, _ place: LoadSource, _ source: inout LogSource, into run: inout LoadRun
    ) throws(StoreError) -> String? {
        var chunk = [UInt8](repeating: 0, count: 256 * 1024)
        let name = place.name
        var failure: String?
        var wait = InputWait(place.isReadable)
        while failure == nil {
            if wait.isDue() { try storeSettled(of: &source, reader.sourceBytesRead, &run) }
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
        try flush(&run, sourceBytes)
        return failure
    }

    /// Why the source is not read; nil where it is.
    private func take(
        _ item: LogSource.Item, _ run: inout LoadRun, _ sourceBytes: Int64
    ) throws(StoreError) -> String? {
        switch item {
        case .line(let line): try run.loader.take(line)
        case .reading(let reading, let line):
            cursor?.take(reading)
            try run.loader.take(reading, at: line)
        case .unreadable(let reason): return reason
        }
        progress.update(sourceBytes: sourceBytes, at: run.position)
        return nil
    }

    /// Stores what has come of a source that may be silent for long.
    private func storeSettled(
        of source: inout LogSource, _ sourceBytes: Int64, _ run: inout LoadRun
    ) throws(StoreError) {
        try source.settle(withHeld: false) { item throws(StoreError) in
            _ = try take(item, &run, sourceBytes)
            // It came now and not later for nothing but the time.
            if case .reading = item { run.hasGap = true }
        }
        try flush(&run, sourceBytes)
    }

    private func flush(_ run: inout LoadRun, _ sourceBytes: Int64) throws(StoreError) {
        // Of two batches the first may be stored, and the second not.
        defer { progress.update(sourceBytes: sourceBytes, at: run.position) }
        try run.loader.flush()
        try cursor?.store()
    }
}
