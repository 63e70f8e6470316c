import Gzip

/// What reading to the end gave, and the error that ended it early.
struct ReadOutcome {
    var bytes: [UInt8] = []
    var error: GzipError?

    /// Whether these bytes came, and no error. Asked here, since an expectation that two large arrays are equal takes
    /// minutes to fail: it works out what differs.
    func isWhole(_ expected: [UInt8]) -> Bool { bytes == expected && error == nil }
}

/// Reads to the end or the first error, at most `chunk` bytes at a time.
func readAll(_ reader: inout GzipReader, chunk: Int = 4096) -> ReadOutcome {
    var outcome = ReadOutcome()
    var buffer = [UInt8](repeating: 0, count: chunk)
    do throws(GzipError) {
        while true {
            let count = try reader.read(into: &buffer)
            guard count > 0 else { return outcome }
            outcome.bytes += buffer[..<count]
        }
    } catch {
        outcome.error = error
        return outcome
    }
}

/// Writes `bytes` to a file and reads it to the end.
func readAll(of bytes: [UInt8], chunk: Int = 4096) throws -> ReadOutcome {
    let file = try TemporaryFile(bytes)
    var reader = try GzipReader(path: file.path)
    return readAll(&reader, chunk: chunk)
}

/// Lines as the loader meets them: compressible, and different from each other.
func lines(_ count: Int) -> [UInt8] {
    (0..<count).flatMap {
        Array(#"{"auditId":"a\#($0)","n":\#($0 &* 2_654_435_761 % 1_000_003)}"#.utf8) + [10]
    }
}
