import Foundation
import Testing

/// Runs a test's body with a folder of its own, which is removed afterwards.
func withFolder<Value>(_ body: (URL) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "aws-tests-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}

extension URL {
    /// Writes a file in this folder and gives its path.
    func file(_ name: String, _ text: String) throws -> String {
        let url = appending(path: name)
        try Data(text.utf8).write(to: url)
        return url.path
    }
}
