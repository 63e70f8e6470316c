import Foundation
import HTTPClient
import Synchronization
import TestSupport
import Testing

/// What `docs/forwarding.md` says of a collector, as it stands there.
@Suite(.live, .logsOnFailure, .enabled(if: OpenTelemetryChecker.isInstalled))
struct ForwardRecipeTests {
    @Test func `its command sends a collector every record once, as OpenTelemetry's own definitions read it`()
        throws
    {
        let recipes = try String(contentsOfFile: "\(Place.package)/docs/forwarding.md", encoding: .utf8)
        let command = try #require(
            recipes.split(separator: "\n").first {
                $0.hasPrefix("audit-query forward --to otlp+http://127.0.0.1:4318 ")
            })
        let requests = Mutex<[RecordedRequest]>([])
        let collector = try ScriptedServer { connection in
            while let request = connection.readRequest() {
                requests.withLock { $0.append(request) }
                connection.answer("200 OK", "Content-Type: application/json\r\n", body: Array("{}".utf8))
            }
        }
        defer { collector.stop() }
        try withWorkplace { place in
            try place.load((0..<2500).map { NumberedLines.line($0) })
            let here = command.replacing(
                "audit-query forward", with: "\(Place.program) forward --config audit-query.yaml"
            )
            .replacing("http://127.0.0.1:4318", with: collector.url(""))
            let done = try place.run(["sh", "-c", "cd \(place.folder.path) && \(here)"])
            #expect(done.status == 0 && done.output.hasPrefix("2500 records to otlp+http://"), "\(done)")
        }
        let sent = requests.withLock { $0 }
        #expect(
            sent.count >= 3
                && sent.allSatisfy {
                    $0.line == "POST /v1/logs HTTP/1.1" && $0.headers["Content-Type"] == "application/json"
                }, "\(sent.map(\.line))")
        let read = try OpenTelemetryChecker.read(sent.map(\.body))
        let found = read.components(separatedBy: #"\"auditId\":\""#).dropFirst().compactMap {
            Int($0.prefix { $0 != "\\" })
        }
        #expect(found.count == 2500 && Set(found) == Set(0..<2500))
    }
}
