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
        if let failure = try read(&reader, into: &loader) { return "\(failure)" }
        guard index == 0, loader.lineCount < skip else { return nil }
        return
            "\(name) has \(loader.lineCount) lines, fewer than the \(skip) to skip: nothing of it was loaded"
    }

    /// Reads to the end, or to a fault, which is returned: what came before it is stored.
    private func read(
        _ reader: inout GzipReader, into loader: inout RecordLoader
    ) throws(StoreError) -> GzipError? {
        var lines = LineSplitter()
        var chunk = [UInt8](repeating: 0, count: 256 * 1024)
        var failure: GzipError?
        while failure == nil {
            let count: Int
            do throws(GzipError) {
                count = try reader.read(into: &chunk)
            } catch {
                failure = error
                break
            }
            guard count > 0 else { break }
            let sourceBytes = reader.sourceBytesRead
            try lines.take(chunk[..<count]) { line throws(StoreError) in
                try loader.take(line)
                note(loader, sourceBytes)
            }
        }
        // A line that a fault cut in two is no line.
        if failure == nil { try lines.end { line throws(StoreError) in try loader.take(line) } }
        try loader.flush()
        note(loader, reader.sourceBytesRead)
        return failure
    }

    private func note(_ loader: RecordLoader, _ sourceBytes: Int64) {
        progress.update(
            sourceBytes: sourceBytes, settledLines: loader.settledLines, storedCount: loader.counts.stored)
    }
}
