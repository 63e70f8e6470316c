import AuditQuery
import Gzip

/// Loads files one after the other.
struct FileLoading {
    struct Outcome {
        var storedCount = 0
        var badCount = 0
        /// What ended the reading of each file that could not be read to its end. What was read of it is
        /// stored.
        var readFailures: [GzipError] = []
    }

    let store: any RecordStore
    let progress: LoadProgress

    func load(_ files: [String]) throws(StoreError) -> Outcome {
        var outcome = Outcome()
        for file in files { try load(file, &outcome) }
        return outcome
    }

    private func load(_ file: String, _ outcome: inout Outcome) throws(StoreError) {
        let name = file == "-" ? "standard input" : file
        var reader: GzipReader
        do throws(GzipError) {
            reader = try file == "-" ? GzipReader(descriptor: 0, name: name) : GzipReader(path: file)
        } catch {
            outcome.readFailures.append(error)
            return
        }
        progress.begin(name, size: reader.sourceSize)
        var loader = RecordLoader(store: store) { line, reason in
            progress.clear()
            Console.error("\(name):\(line): \(reason)".printable)
        }
        let failure = try read(&reader, into: &loader)
        if let failure { outcome.readFailures.append(failure) }
        outcome.storedCount += loader.storedCount
        outcome.badCount += loader.badCount
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
            try lines.take(chunk[..<count]) { line throws(StoreError) in try loader.take(line) }
            progress.update(sourceBytes: reader.sourceBytesRead, stored: loader.storedCount)
        }
        // A line that a fault cut in two is no line.
        if failure == nil { try lines.end { line throws(StoreError) in try loader.take(line) } }
        try loader.flush()
        progress.update(sourceBytes: reader.sourceBytesRead, stored: loader.storedCount)
        return failure
    }
}
