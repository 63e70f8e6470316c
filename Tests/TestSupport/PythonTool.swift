import Threads
internal import Foundation

/// The Python that `scripts/test` installs with its tools.
package enum PythonTool {
    /// Runs it with these arguments, and gives what it printed, without white space around it.
    package static func run(_ arguments: [String]) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "aq-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let guardian = try Guardian(folder: folder)
        defer { guardian.dismiss() }
        let process = try ChildProcess(
            ["python3"] + arguments,
            environment: [
                "PATH": Place.searchPath, "HOME": folder, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1",
            ],
            streams: .init(outputPath: "\(folder)/output", errorPath: "\(folder)/errors"), guardian: guardian)
        let status = try process.wait(within: .seconds(120))
        func text(_ name: String) -> String {
            String(
                decoding: FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data(), as: UTF8.self)
        }
        let (said, errors) = (text("output"), text("errors"))
        try FileManager.default.removeItem(atPath: folder)
        guard status == 0 else { throw Failure("python3: exit \(status): \(errors)") }
        return said.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Runs it with the name of a file of JSON behind the arguments.
    package static func run(_ arguments: [String], json: some Encodable) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "aq-\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try JSONEncoder().encode(json).write(to: URL(filePath: file))
        return try run(arguments + [file])
    }
}
