/// `Tests/metrics/check_otlp.py`: the official definitions of OpenTelemetry's protocol.
package enum OpenTelemetryChecker {
    /// Whether it can be run: `scripts/test` installs opentelemetry-proto.
    package static let isInstalled = (try? PythonTool.run(["-c", "import opentelemetry.proto"])) != nil

    /// Reads the bodies of requests, and gives as JSON what is in them; throws where one is none.
    package static func read(_ bodies: [[UInt8]]) throws -> String {
        try PythonTool.run(
            ["\(Place.package)/Tests/metrics/check_otlp.py"],
            json: bodies.map { String(decoding: $0, as: UTF8.self) })
    }
}
