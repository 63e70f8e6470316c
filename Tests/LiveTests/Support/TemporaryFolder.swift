import Foundation
import Glibc
import TestSupport

/// A folder of one installation. Short, since a UNIX socket's path may have 107 bytes.
struct TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/audit-query-live-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure("no temporary folder: errno \(errno)") }
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ text: String, to name: String, mode: mode_t = 0o600) throws {
        try write(Data(text.utf8), to: name, mode: mode)
    }

    func write(_ data: Data, to name: String, mode: mode_t = 0o600) throws {
        try data.write(to: URL(filePath: file(name)))
        chmod(file(name), mode)
    }

    func text(_ name: String) -> String {
        let data = FileManager.default.contents(atPath: file(name)) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
