import Archives
import AuditRecords
import Gzip
import LogFormats

/// `load --explain`: what becomes of the first events of files, and which member gave which field. Nothing is stored.
struct LoadExplanation {
    /// So many records are shown.
    private let count: Int
    private let kind: LogSource.Kind
    private let options: FormatOptions
    private var shown = 0
    /// The sources so far, and the formats that they were found to be of.
    private var sources: [(name: String, format: String)] = []
    /// What goes on from one source to the next.
    private var open = OpenEvents()
    /// Numbers audit-query's own lines of the source.
    private var lines = LineNumbers()

    /// Shows so many records.
    init(count: Int, kind: LogSource.Kind, options: FormatOptions) {
        (self.count, self.kind, self.options) = (count, kind, options)
    }

    /// Shows them, on standard output, and what is refused or skipped before them.
    ///
    /// - Returns: why files could not be read.
    mutating func show(_ files: [String]) throws -> [String] {
        var faults: [String] = []
        for file in files {
            var sources = LoadSources(file)
            while shown < count, let item = sources.next() {
                switch item {
                case .source(let source):
                    if let fault = try show(source) { faults.append(fault) }
                case .passedOver(let path, let reason):
                    try Console.output("not loaded: \(path), which \(reason)".printable)
                case .unreadable(let fault): faults.append(fault)
                }
            }
        }
        var rest: [(Reading, SourceLine)] = []
        open.end { reading, line throws(Never) in rest.append((reading, line)) }
        for (reading, line) in rest where shown < count { try show(reading, at: line) }
        try Console.output("\(shown) \(shown == 1 ? "record" : "records") shown, none stored")
        return faults
    }

    /// Shows the events of a source; gives why it cannot be read.
    private mutating func show(_ place: LoadSource) throws -> String? {
        lines = LineNumbers()
        sources.append((place.name, "audit-query"))
        var source = LogSource(kind, options, number: sources.count - 1, open: open)
        var fault: String?
        do {
            var reader = try place.open()
            var chunk = [UInt8](repeating: 0, count: 64 << 10)
            var isAtEnd = false
            while shown < count, !isAtEnd, fault == nil {
                let length = try reader.read(into: &chunk)
                isAtEnd = length == 0
                var items: [LogSource.Item] = []
                func take(_ item: LogSource.Item) throws(Never) { items.append(item) }
                if isAtEnd { source.end(take) } else { source.take(chunk[..<length], take) }
                if let name = source.formatName { sources[sources.count - 1].format = name }
                for item in items where shown < count { fault = try show(item) ?? fault }
            }
        } catch let error as GzipError {
            return "\(error)"
        }
        open = source.open
        return fault.map { "\(place.name): \($0)" }
    }

    private mutating func show(_ item: LogSource.Item) throws -> String? {
        switch item {
        case .reading(let reading, let line): try show(reading, at: line)
        case .line(let line):
            for (number, item) in lines.items(of: line) where shown < count {
                try show(item, at: SourceLine(source: sources.count - 1, number: number))
            }
        case .unreadable(let reason): return reason
        }
        return nil
    }

    private mutating func show(_ reading: Reading, at line: SourceLine) throws {
        switch reading {
        case .record(let record, _): try show(Explanation(of: record), at: line)
        case .refused(let reason, _, _): try show("refused: \(reason)", at: line)
        case .skipped(let reason, _): try show("skipped: \(reason)", at: line)
        }
    }

    private mutating func show(_ item: LineReader.Item, at line: SourceLine) throws {
        switch item {
        case .record(let record, _): try show(Explanation(ofOwn: record), at: line)
        case .refused(let faults, _): try show("refused: \(faults.joined(separator: "; "))", at: line)
        case .part: break
        }
    }

    private mutating func show(_ explanation: Explanation, at line: SourceLine) throws {
        shown += 1
        let format = sources[line.source].format
        try show("a record of \(format)", at: line)
        for field in explanation.fields {
            let name = field.name + String(repeating: " ", count: max(1, 12 - field.name.count))
            let origin =
                switch field.origin {
                case .members(let paths): paths.joined(separator: ", ")
                case .rules: "by the rules of \(format)"
                case .nothing: "nothing says it"
                }
            try Console.output("  \(name)\(field.value.printable)  <-  \(origin.printable)")
        }
    }

    private func show(_ text: String, at line: SourceLine) throws {
        try Console.output("\(sources[line.source].name):\(line.number): \(text)".printable)
    }
}

/// Numbers audit-query's own lines.
private struct LineNumbers {
    private var reader = LineReader()
    private var count = 0
    private var isInside = false

    mutating func items(of line: LineSplitter.Line) -> [(Int, LineReader.Item)] {
        if !isInside { count += 1 }
        isInside = line.isPart
        return reader.items(of: line).map { (count, $0) }
    }
}
