/// Cuts a source into JSON values, line by line: a line that is no UTF-8 is refused, and is an empty one to the values.
struct JSONLines {
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private var lines = LineSplitter()
    private var splitter: JSONSplitter
    /// The line that comes next, or goes on.
    private var number = 1
    private var isInsideLine = false
    private var isWide = false

    /// At the beginning of a source.
    init(_ splitter: JSONSplitter) {
        self.splitter = splitter
    }

    /// What the next bytes complete.
    mutating func take(_ chunk: ArraySlice<UInt8>) -> [JSONSplitter.Piece] {
        var taken: [LineSplitter.Line] = []
        lines.take(chunk) { line throws(Never) in taken.append(line) }
        return taken.flatMap { pieces(of: $0) }
    }

    /// What ends with the source, or breaks off there.
    mutating func end() -> [JSONSplitter.Piece] {
        var taken: [LineSplitter.Line] = []
        lines.end { line throws(Never) in taken.append(line) }
        // The splitter ends it itself.
        let pieces = taken.flatMap { self.pieces(of: $0, end: []) }
        return isWide ? pieces : pieces + splitter.end()
    }

    private mutating func pieces(
        of line: LineSplitter.Line, end: [UInt8] = [0x0A]
    ) -> [JSONSplitter.Piece] {
        guard !isWide else { return [] }
        switch line {
        case .bytes(let bytes): return pieces(of: bytes, end: end)
        case .part(let bytes):
            let text = isInsideLine ? bytes : begun(bytes)
            isInsideLine = true
            return isWide ? [Self.wide] : splitter.take(text)
        case .tooLong:
            isInsideLine = false
            number += 1
            return splitter.take(end)
        }
    }

    private mutating func pieces(of line: [UInt8], end: [UInt8]) -> [JSONSplitter.Piece] {
        var text = begun(line)
        guard !isWide else { return [Self.wide] }
        defer { number += 1 }
        guard (try? UTF8Span(validating: text.span)) != nil else {
            let refused = JSONSplitter.Piece.refused("is not valid UTF-8", line: number, text: line)
            return [refused] + splitter.take(end)
        }
        text += end
        return splitter.take(text)
    }

    /// The beginning of a line without the mark that the first may have. Of UTF-16 nothing is read: its lines do not end
    /// where they seem to.
    private mutating func begun(_ bytes: [UInt8]) -> [UInt8] {
        guard number == 1 else { return bytes }
        isWide = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        return bytes.starts(with: Self.byteOrderMark) ? Array(bytes.dropFirst(3)) : bytes
    }

    private static let wide = JSONSplitter.Piece.refused("is UTF-16: convert it to UTF-8", line: 1)
}
