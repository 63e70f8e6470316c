import Glibc
import Testing

/// A file in the temporary directory that holds given bytes and goes with its owner.
final class TemporaryFile {
    let path: String

    init(_ bytes: [UInt8]) throws {
        var template = Array("/tmp/audit-query-gzip-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        path = try #require(
            String(validating: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            try #require(count > 0)
            written += count
        }
    }

    deinit { unlink(path) }
}
