import Foundation
import TestSupport
import Testing

/// `audit-query load` of logs as their producers write them.
@Suite(.live, .logsOnFailure)
struct LogFormatTests {
    private static let samples = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "formats/samples").path()
    private static let native =
        #"{"auditId":"a","timestamp":"2024-01-31T10:00:00Z","systemId":"s","userId":"u","resourceId":"r"}"#
    private static let github = #"{"action":"x.y","created_at":1700000000000,"actor":"a","org":"o"}"#

    private func sample(_ name: String) -> String { "\(Self.samples)/\(name)" }

    @Test func `Files of several formats are found out, one by one, and answer who did what`() throws {
        try withWorkplace { place in
            let outcome = try place.command(
                "load",
                sample(
                    "cloudtrail/111122223333_CloudTrail_us-east-1_20240802T0900Z_p3Xk0aQm7VbT1cRd.json.gz"),
                sample("kubernetes/constructed-stages.log"), sample("vault/audit.log"),
                sample("auditd/enriched.log"))
            #expect(outcome.status == 0 && outcome.error.isEmpty, "\(outcome)")
            let found = try place.command(
                "query", "--system", "kubernetes", "--from", "2024-06-01", "--to", "2025-01-01", "--json")
            #expect(found.status == 0 && found.output.contains(#""outcome":"#), "\(found)")
            #expect(found.output.contains(#""details":{"#), "\(found)")
        }
    }

    @Test func `What is refused is told by its line and kept, and what is skipped is named`() throws {
        try withWorkplace { place in
            let digest = #"{"digestS3Object":"o","awsAccountId":"1"}"#
            let event = #"{"eventVersion":"1.08","eventID":"e","eventName":"DeleteBucket","eventTime":"T"}"#
            try place.folder.write(
                [digest, event, "{\"eventVersion\"", event].joined(separator: "\n"), to: "trail")
            let (file, rejects) = (place.folder.file("trail"), place.folder.file("rejects"))
            let outcome = try place.command("load", "--rejects", rejects, "--format", "cloudtrail", file)
            #expect(outcome.status == 1, "\(outcome)")
            #expect(outcome.error.contains("\(file):2: eventTime is no time: 'T'"), "\(outcome)")
            #expect(outcome.error.contains("\(file):3: is not JSON"), "\(outcome)")
            #expect(outcome.error.contains("3 lines were left out; they are in \(rejects)"), "\(outcome)")
            #expect(
                outcome.error.contains("1 entry is no audit event: a digest file of CloudTrail (1)"),
                "\(outcome)")
            let kept = try String(contentsOfFile: rejects, encoding: .utf8)
            #expect(kept == "\(event)\n{\"eventVersion\"\n\(event)\n")
        }
    }

    @Test func `A file that may be of two formats is not loaded, and one that is named is`() throws {
        try withWorkplace { place in
            let teleport = #"{"event":"e","code":"T1I","time":"2024-01-31T10:00:00Z"}"#
            try place.folder.write("\(Self.github)\n\(teleport)\n", to: "mixed")
            let file = place.folder.file("mixed")
            let outcome = try place.command("load", file)
            #expect(outcome.status == 65, "\(outcome)")
            let message = "\(file): the format is not clear (github, teleport): give --format"
            #expect(outcome.error.contains(message), "\(outcome)")
            #expect(outcome.output.contains("0 records loaded"), "\(outcome)")
            let named = try place.command("load", "--format", "github", file)
            #expect(named.status == 1 && named.output.contains("1 record loaded"), "\(named)")
            #expect(
                named.error.contains("\(file):2: is no event of GitHub's audit log: it has no action"),
                "\(named)")
        }
    }

    @Test func `System and zone are as they are given, and own lines take none`() throws {
        try withWorkplace { place in
            try place.folder.write("\(Self.github)\n", to: "github")
            try place.folder.write("\(Self.native)\n", to: "native")
            let (github, native) = (place.folder.file("github"), place.folder.file("native"))
            let named = try place.command("load", "--system", "our github", github)
            #expect(named.status == 0, "\(named)")
            let found = try place.command(
                "query", "--system", "our github", "--from", "2023-01-01", "--to", "2024-01-01", "--json")
            #expect(found.output.contains(#""userId":"a""#), "\(found)")
            let own = try place.command("load", "--system", "x", native)
            #expect(own.status == 65 && own.error.contains("leave out --system"), "\(own)")
            for (words, message) in [
                (["--format", "nothing"], "--format is nothing, and must be one of audit-query, cloudtrail"),
                (["--time-zone", "Europe/Nowhere"], "Europe/Nowhere is no zone of this machine"),
                (["--time-zone", "../etc"], "../etc is no name of a zone"),
            ] {
                let outcome = try place.run(
                    [Place.program, "load"] + words + [
                        github, "--config", place.folder.file("audit-query.yaml"),
                    ])
                #expect(outcome.status == 64 && outcome.error.contains(message), "\(outcome)")
            }
            let skipped = try place.command("load", "--skip", "2", github)
            #expect(skipped.status == 65 && skipped.error.contains("has 1 entries, fewer than"), "\(skipped)")
        }
    }
}
