import Foundation
import TestSupport
import Testing

/// What `audit-query check` says of the ways out: to CloudWatch and to X-Ray's daemon.
@Suite(.live)
struct CheckTelemetryTests {
    private func check(_ overrides: [String: String], _ variables: [String: String] = [:]) throws -> [String]
    {
        let credentials = ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"]
        return try withWorkplace(overrides, environment: credentials.merging(variables) { $1 }) { place in
            try place.load(GeneratedRecords.lines)
            return try place.command("check").lines
        }
    }

    private func line(_ start: String, _ lines: [String]) -> String {
        lines.first { $0.contains(start) } ?? ""
    }

    @Test func `it tells whether a daemon takes traces`() throws {
        var listener: DatagramListener? = try DatagramListener()
        let address = try #require(listener?.address)
        let overrides = ["telemetry.xray.enabled": "true", "telemetry.xray.address": address]
        #expect(line("traces:", try check(overrides)).hasPrefix("ok "))
        listener = nil
        let gone = line("traces:", try check(overrides))
        #expect(gone.hasPrefix("warning") && gone.contains("no X-Ray daemon listens at \(address)"))
        #expect(line("traces:", try check([:])).isEmpty)
    }

    @Test(.enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
    func `it tells whether CloudWatch takes metrics`() throws {
        let overrides = ["telemetry.cloudwatch.enabled": "true", "aws.region": "eu-west-1"]
        let taken = try check(overrides, ["AWS_ENDPOINT_URL_CLOUDWATCH": try MotoServer.shared().url])
        #expect(
            line("metrics:", taken).hasPrefix("ok ") && line("metrics:", taken).contains("DynamoDBProcessor"))
        try withServer(script: { connection in
            while connection.readRequest() != nil {
                let body = Array(#"{"__type":"AccessDeniedException","message":"no"}"#.utf8)
                guard connection.answer("403 Forbidden", body: body) else { return }
            }
        }) { server in
            let refused = line(
                "metrics:", try check(overrides, ["AWS_ENDPOINT_URL_CLOUDWATCH": server.url()]))
            #expect(refused.hasPrefix("wrong") && refused.contains("cloudwatch:PutMetricData"))
        }
    }

    @Test func `it tells how much room the embedded store has`() throws {
        let line = line("disk:", try check([:]))
        #expect(line.contains("MiB free") && !line.hasPrefix("wrong"))
    }
}
