/// Reads a source of a format that has two shapes: JSON, or another, which its first bytes tell.
struct ShapeReader: SourceReader {
    private enum Shape {
        /// So far there is white space only.
        case unknown([UInt8])
        case known(any SourceReader)
    }

    /// The most white space that is held before another shape is taken for granted.
    private static let heldByteCount = 64 << 10

    private var shape = Shape.unknown([])
    private let json: any SourceReader
    private let other: any SourceReader
    /// The bytes that JSON may begin with.
    private let marks: StaticString

    init(json: any SourceReader, marks: StaticString = "{[", other: any SourceReader) {
        (self.json, self.marks, self.other) = (json, marks, other)
    }

    mutating func take(_ bytes: ArraySlice<UInt8>) -> [Reading] {
        switch shape {
        case .known(var reader):
            // So that it is not copied.
            shape = .unknown([])
            defer { shape = .known(reader) }
            return reader.take(bytes)
        case .unknown(let held):
            let bytes = held + bytes
            let text = bytes.drop { [0xEF, 0xBB, 0xBF].contains($0) || Unicode.Scalar($0).isSpace }
            guard let first = text.first else {
                guard bytes.count > Self.heldByteCount else {
                    shape = .unknown(bytes)
                    return []
                }
                return begin(other, bytes)
            }
            return begin(marks.withUTF8Buffer { $0.contains(first) } ? json : other, bytes)
        }
    }

    mutating func settle() -> [Reading] {
        guard case .known(var reader) = shape else { return [] }
        defer { shape = .known(reader) }
        return reader.settle()
    }

    mutating func end() -> [Reading] {
        switch shape {
        case .known(var reader): return reader.end()
        case .unknown(let held):
            let readings = begin(other, held)
            return readings + end()
        }
    }

    private mutating func begin(_ reader: any SourceReader, _ bytes: [UInt8]) -> [Reading] {
        shape = .known(reader)
        return bytes.isEmpty ? [] : take(bytes[...])
    }
}
