import Foundation
import TestSupport

/// Runs a test's body with a folder of its own, which is removed afterwards.
func withFolder<Value>(_ body: (URL) throws -> Value) throws -> Value {
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) { try body(URL(filePath: folder.path)) }
}

extension URL {
    /// Writes a file in this folder and gives its path.
    func file(_ name: String, _ text: String) throws -> String {
        let url = appending(path: name)
        try Data(text.utf8).write(to: url)
        return url.path
    }
}
