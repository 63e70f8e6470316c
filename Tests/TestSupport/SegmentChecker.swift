import Threads
internal import Foundation

/// `Tests/aws/check_segments.py`: X-Ray's format, whole trees, and what aws-xray-sdk sends.
package enum SegmentChecker {
    /// Whether it can be run: `scripts/test` installs aws-xray-sdk.
    package static let isInstalled = (try? run(["-c", "import aws_xray_sdk, jsonschema"])) != nil

    /// Checks datagrams, and gives what it says of them: how many documents of how many traces.
    /// With `--refuse`, how many of them it refuses.
    package static func check(_ datagrams: [[UInt8]], _ options: String...) throws -> String {
        let texts = datagrams.map { String(decoding: $0, as: UTF8.self) }
        let file = FileManager.default.temporaryDirectory.appending(path: "aq-\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try JSONEncoder().encode(texts).write(to: URL(filePath: file))
        return try run(["\(Place.package)/Tests/aws/check_segments.py"] + options + [file])
    }

    private static func run(_ arguments: [String]) throws -> String {
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
}
