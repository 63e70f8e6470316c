/// `Tests/aws/check_segments.py`: X-Ray's format, whole trees, and what aws-xray-sdk sends.
package enum SegmentChecker {
    /// Whether it can be run: `scripts/test` installs aws-xray-sdk.
    package static let isInstalled = (try? PythonTool.run(["-c", "import aws_xray_sdk, jsonschema"])) != nil

    /// Checks datagrams, and gives what it says of them: how many documents of how many traces.
    /// With `--refuse`, how many of them it refuses.
    package static func check(_ datagrams: [[UInt8]], _ options: String...) throws -> String {
        let texts = datagrams.map { String(decoding: $0, as: UTF8.self) }
        return try PythonTool.run(["\(Place.package)/Tests/aws/check_segments.py"] + options, json: texts)
    }
}
