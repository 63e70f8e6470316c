/// Where the lines of a stream begin that were read of one file or another, and are not settled.
final class FollowedLines {
    struct Start {
        /// From 1 on in the stream.
        let line: Int
        /// The file, and where in it.
        let part: Int
        let offset: Int64
        /// From 1 on in the file.
        let number: Int
    }

    /// So many lines were read.
    private(set) var lineCount = 0
    private var starts: [Start] = []

    /// How many are not settled.
    var openCount: Int { starts.count }

    /// The next line.
    func add(part: Int, offset: Int64, number: Int) {
        lineCount += 1
        starts.append(Start(line: lineCount, part: part, offset: offset, number: number))
    }

    /// The first line of a file from one of the stream on.
    func first(of part: Int, from line: Int) -> Start? { starts.first { $0.part == part && $0.line >= line } }

    /// The last line of a file.
    func last(of part: Int) -> Start? { starts.last { $0.part == part } }

    /// The number in its file of a line of the stream.
    func number(of line: Int) -> Int { starts.first { $0.line == line }?.number ?? line }

    /// Lines before this one are settled.
    func forget(before line: Int) { starts.removeAll { $0.line < line } }
}
