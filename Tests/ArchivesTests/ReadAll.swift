import Archives
import Gzip

/// What reading to the end gave, and the error that ended it early.
struct ReadOutcome {
    var bytes: [UInt8] = []
    var error: GzipError?

    /// Whether these bytes came, and no error.
    func isWhole(_ expected: [UInt8]) -> Bool { bytes == expected && error == nil }
}

/// Reads to the end or the first error, at most `chunk` bytes at a time.
func readAll(_ source: any ByteInput, chunk: Int = 4096) -> ReadOutcome {
    var outcome = ReadOutcome()
    var buffer = [UInt8](repeating: 0, count: chunk)
    do throws(GzipError) {
        var reader = try ContentReader(source)
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

/// Lines as the loader meets them: compressible, and different from each other.
func lines(_ count: Int) -> [UInt8] {
    (0..<count).flatMap {
        Array(#"{"auditId":"a\#($0)","n":\#($0 &* 2_654_435_761 % 1_000_003)}"#.utf8) + [10]
    }
}
