import Threads
internal import Foundation

/// A writer of records that is none of ours: boto3, in `Tests/aws/old_service.py`.
package enum OtherClient {
    /// Runs it for a table at an endpoint, and gives what it prints.
    package static func write(to table: String, at url: String, file: String? = nil) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "aq-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let guardian = try Guardian(folder: folder)
        defer { guardian.dismiss() }
        let script = "\(Place.package)/Tests/aws/old_service.py"
        let output = "\(folder)/output"
        let process = try ChildProcess(
            ["python3", script, url, table] + [file].compactMap { $0 },
            environment: ["PATH": Place.searchPath, "HOME": folder, "PYTHONDONTWRITEBYTECODE": "1"],
            streams: .init(outputPath: output, errorPath: "\(folder)/errors"), guardian: guardian)
        let status = try process.wait(within: .seconds(120))
        func text(_ path: String) -> String {
            String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        }
        let (said, errors) = (text(output), text("\(folder)/errors"))
        try FileManager.default.removeItem(atPath: folder)
        guard status == 0 else { throw Failure("old_service.py: exit \(status): \(errors)") }
        return said
    }
}
