internal import Foundation
package import Glibc

/// A folder of a test's own, gone with the value. Its path is short, since a UNIX socket's may have 107 bytes.
package final class TemporaryFolder: Sendable {
    /// Where it is.
    package let path: String

    /// Makes the folder, for nobody else to read.
    package init() throws {
        var template = Array("/tmp/audit-query-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure("no temporary folder: errno \(errno)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { remove() }

    /// The path of a file in it, there or not.
    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file.
    ///
    /// - Returns: its path.
    @discardableResult
    package func write(_ text: String, to name: String, mode: mode_t = 0o600) throws -> String {
        try write(Array(text.utf8), to: name, mode: mode)
    }

    /// Writes a file of bytes.
    ///
    /// - Returns: its path.
    @discardableResult
    package func write(_ bytes: some Collection<UInt8>, to name: String, mode: mode_t = 0o600) throws
        -> String
    {
        try Data(bytes).write(to: URL(filePath: file(name)))
        chmod(file(name), mode)
        return file(name)
    }

    /// A file's text; empty when there is none.
    package func text(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: file(name)) ?? Data(), as: UTF8.self)
    }

    /// Removes it before the value goes.
    package func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
