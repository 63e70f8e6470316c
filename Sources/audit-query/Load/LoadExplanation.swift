import Archives
import Gzip
import LogFormats

/// `load --explain`: what becomes of the first events of files, and which member gave which field. Nothing is stored.
struct LoadExplanation {
    /// So many records are shown.
    let count: Int
    let kind: LogSource.Kind
    let options: FormatOptions

    /// Shows them, on standard output, and what is refused or skipped before them.
    ///
    /// - Returns: why files could not be read.
    func show(_ files: [String]) throws -> [String] {
        var shown = 0
        var faults: [String] = []
        for file in files {
            var sources = LoadSources(file)
            while shown < count, let item = sources.next() {
                switch item {
                case .source(let source):
                    if let fault = try show(source, &shown) { faults.append(fault) }
                case .passedOver(let path, let reason):
                    try Console.output("not loaded: \(path), which \(reason)".printable)
                case .unreadable(let fault): faults.append(fault)
                }
            }
        }
        return faults
    }

    /// Shows the events of a source; gives why it cannot be read.
    private func show(_ place: LoadSource, _ shown: inout Int) throws -> String? {
        var lines = LineNumbers()
        var fault: String?
        do {
            var reader = try place.open()
            var source = LogSource(kind, options)
            var chunk = [UInt8](repeating: 0, count: 64 << 10)
            var isAtEnd = false
            while shown < count, !isAtEnd, fault == nil {
                let length = try reader.read(into: &chunk)
                isAtEnd = length == 0
                var items: [LogSource.Item] = []
                func take(_ item: LogSource.Item) throws(Never) { items.append(item) }
                if isAtEnd { source.end(take) } else { source.take(chunk[..<length], take) }
                for item in items where shown < count {
                    fault = try show(item, place.name, &lines, &shown) ?? fault
                }
            }
        } catch let error as GzipError {
            return "\(error)"
        }
        return fault.map { "\(place.name): \($0)" }
    }

    private func show(
        _ item: LogSource.Item, _ name: String, _ lines: inout LineNumbers, _ shown: inout Int
    ) throws -> String? {
        switch item {
        case .reading(.record(let record, let line), _):
            shown += 1
            try Console.output(Self.text("\(name):\(line)", Explanation(of: record)))
        case .reading(.refused(let reason, let line, _), _):
            try Console.output("\(name):\(line): \(reason)".printable)
        case .reading(.skipped(let reason, let line), _):
            try Console.output("\(name):\(line): skipped: \(reason)".printable)
        case .line(let line):
            for (number, item) in lines.items(of: line) {
                guard case .record(let record, _) = item, shown < count else { continue }
                shown += 1
                try Console.output(Self.text("\(name):\(number)", Explanation(of: record)))
            }
        case .unreadable(let reason): return reason
        }
        return nil
    }

    private static func text(_ place: String, _ explanation: Explanation) -> String {
        let fields = explanation.fields.map { field in
            let name = field.name + String(repeating: " ", count: max(1, 12 - field.name.count))
            let origin =
                field.paths.isEmpty ? "by the rules of its format" : field.paths.joined(separator: ", ")
            return "  \(name)\(field.value.printable)  <-  \(origin.printable)"
        }
        return ([place.printable] + fields).joined(separator: "\n")
    }
}

/// Counts audit-query's own lines.
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
