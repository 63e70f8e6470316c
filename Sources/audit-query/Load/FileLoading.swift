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
    /// Lines of the first file that are not loaded.
    var skip = 0
    /// What the files are read as.
    var format = LogSource.Kind.detected
    var options = FormatOptions()

    func load(_ files: [String]) throws(StoreError) -> Outcome {
        var unreadCount = 0
        var loader = RecordLoader(
            store: store, pacer: rate.map { Pacer(rate: $0) }, conflicts: conflicts
        ) { event throws(StoreError) in try report.tell(event) }
        for index in files.indices {
            loader.beginSource(skipping: index == 0 ? skip : 0)
            report.begin(LoadResumption.name(files[index]))
            if let fault = try load(files[index], index, &loader) {
                report.tell(unread: fault)
                unreadCount += 1
            }
        }
        try report.finish()
        return Outcome(counts: loader.counts, unreadCount: unreadCount)
    }

    /// Why a file was not read to its end; nil when it was.
    private func load(
        _ file: String, _ index: Int, _ loader: inout RecordLoader
    ) throws(StoreError) -> String? {
        let name = LoadResumption.name(file)
        var reader: GzipReader
        do throws(GzipError) {
            reader = try file == "-" ? GzipReader(descriptor: 0, name: name) : GzipReader(path: file)
        } catch {
            return "\(error)"
        }
        progress.begin(name, size: reader.sourceSize, fileIndex: index, settledLines: loader.settledLines)
        let isInPart = index == 0 && skip > 0
        var source = LogSource(format, options, isInPart: isInPart)
        if let failure = try read(&reader, name, &source, into: &loader) { return failure }
        guard isInPart, loader.lineCount < skip else { return nil }
        return
            "\(name) has \(loader.lineCount) lines, fewer than the \(skip) to skip: nothing of it was loaded"
    }

    /// Reads to the end, or to a fault, which is returned: what came before it is stored.
    private func read(
        _ reader: inout GzipReader, _ name: String, _ source: inout LogSource,
        into loader: inout RecordLoader
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
                if let reason = try take(item, &loader) { failure = "\(name): \(reason)" }
                note(loader, sourceBytes)
            }
        }
        // A line that a fault cut in two is no line.
        if failure == nil {
            try source.end { item throws(StoreError) in
                if let reason = try take(item, &loader) { failure = "\(name): \(reason)" }
            }
        } else {
            try source.breakOff { item throws(StoreError) in _ = try take(item, &loader) }
        }
        try loader.flush()
        note(loader, reader.sourceBytesRead)
        return failure
    }

    /// Why the source is not read; nil where it is.
    private func take(_ item: LogSource.Item, _ loader: inout RecordLoader) throws(StoreError) -> String? {
        switch item {
        case .line(let line): try loader.take(line)
        case .reading(let reading): try loader.take(reading)
        case .unreadable(let reason): return reason
        }
        return nil
    }

    private func note(_ loader: RecordLoader, _ sourceBytes: Int64) {
        progress.update(
            sourceBytes: sourceBytes, settledLines: loader.settledLines, storedCount: loader.counts.stored)
    }
}
