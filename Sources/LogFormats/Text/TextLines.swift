/// A line of a text.
struct TextLine {
    /// From 1 on.
    let number: Int
    /// Without its end; nothing where it cannot be read.
    let bytes: [UInt8]
    /// Why it cannot.
    var fault: String?
    /// What it has then, where that is at hand.
    var faultyText: [UInt8]?

    /// The line where so many others stand before its text.
    func moved(by count: Int) -> TextLine {
        TextLine(number: number + count, bytes: bytes, fault: fault, faultyText: faultyText)
    }
}

/// Cuts a text into lines, as its bytes come: numbered, UTF-8, without byte order mark, each no longer than a line may be.
struct TextLines {
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    static let tooLong = "is longer than \(LineSplitter.maximumLineByteCount) bytes"

    private var splitter = LineSplitter()
    private var number = 0
    private var isWide = false

    /// The lines that a chunk completes.
    mutating func take(_ chunk: ArraySlice<UInt8>) -> [TextLine] {
        var lines: [LineSplitter.Line] = []
        splitter.take(chunk) { line throws(Never) in lines.append(line) }
        return lines.compactMap { textLine($0) }
    }

    /// The last line, where it has no end.
    mutating func end() -> [TextLine] {
        var lines: [LineSplitter.Line] = []
        splitter.end { line throws(Never) in lines.append(line) }
        return lines.compactMap { textLine($0) }
    }

    private mutating func textLine(_ line: LineSplitter.Line) -> TextLine? {
        guard !isWide else { return nil }
        switch line {
        case .part(let bytes): return number == 0 ? utf16Fault(bytes) : nil
        case .tooLong:
            number += 1
            return TextLine(number: number, bytes: [], fault: Self.tooLong)
        case .bytes(let bytes):
            if number == 0, let fault = utf16Fault(bytes) { return fault }
            number += 1
            let isMarked = number == 1 && bytes.starts(with: Self.byteOrderMark)
            let text = isMarked ? Array(bytes.dropFirst(3)) : bytes
            guard (try? UTF8Span(validating: text.span)) != nil else {
                return TextLine(number: number, bytes: [], fault: "is not valid UTF-8", faultyText: bytes)
            }
            return TextLine(number: number, bytes: text)
        }
    }

    /// Of a text in UTF-16 nothing is read: its line ends are not where they seem to be.
    private mutating func utf16Fault(_ bytes: [UInt8]) -> TextLine? {
        guard bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) else { return nil }
        isWide = true
        return TextLine(number: 1, bytes: [], fault: "is UTF-16: convert it to UTF-8")
    }
}
