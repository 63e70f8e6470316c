import Foundation
import TestSupport
import Testing

/// Exports of a server that fails in the middle: gone on with, they end with the same bytes; what is not the store's own answer is in none.
@Suite(.live(.init(lines: ServedLines.lines)), .logsOnFailure)
struct ExportServerTests {
    let live: LiveInstallation

    init() throws {
        live = try LiveInstallation.shared
    }

    private func export(
        _ url: String, _ name: String, _ options: [String] = [], key: String? = nil
    ) throws -> Workplace.Outcome {
        let isDirect = url.hasPrefix("https")
        return try live.place.run(
            ["env", "AUDIT_QUERY_KEY=\(key ?? live.adminKeys[0])", Place.program, "export", "--url", url]
                + (isDirect ? ["--ca-file", live.nginx.authorityPath] : [])
                + ["--from", "2024-01-01", "--to", "2024-01-31", "--parallel", "3"]
                + ["--output", "\(live.place.folder.file(name))/records.ndjson"] + options)
    }

    private func records(_ name: String) -> String { live.place.folder.text("\(name)/records.ndjson") }

    private var url: String { "https://127.0.0.1:\(live.nginx.port)" }

    @Test func `whatever fails on the way, an export ends with the bytes of one that nothing happened to`()
        throws
    {
        let whole = try export(url, "whole")
        #expect(whole.status == 0 && records("whole").split(separator: "\n").count == 5000, "\(whole)")
        let server = FaultyServer(before: live)
        try withServer {
            server.serve($0)
        } _: { standIn in
            server.fail([nil, .unavailable, .cut, nil, .unavailable, nil, .closed, .unavailable])
            let passing = try export(standIn.url(""), "passing")
            #expect(passing.status == 0 && records("passing") == records("whole"), "\(passing)")
            for (number, last) in [FaultyServer.Fault.unavailable, .closed, .cut, .shortened, .stale]
                .enumerated()
            {
                let name = "dying-\(number)"
                var stops = 0
                for answered in [3, 6, 2, 9] {
                    server.fail(Array(repeating: nil, count: answered), then: last)
                    let stopped = try export(standIn.url(""), name, ["--resume"])
                    guard stopped.status != 0 else { break }
                    stops += 1
                    #expect(stopped.status == 69 && stopped.error.contains("--resume goes on"), "\(stopped)")
                    #expect(live.place.folder.text("\(name)/manifest.json").isEmpty)
                    // Each waits for some seconds; once is enough for those that fail in the same way.
                    if last == .closed || last == .cut { break }
                }
                server.fail([])
                let end = try export(standIn.url(""), name, ["--resume"])
                #expect(stops > 0 && end.status == 0 && records(name) == records("whole"), "\(last): \(end)")
            }
        }
    }

    @Test func `a record that came a moment before an export is in it, whatever caches hold`() throws {
        // Of another month than the others of this installation, which are exported meanwhile; and in the last hour, which each
        // export asks for first, in the same words.
        let options = ["--system", "late", "--from", "2024-03-01", "--to", "2024-03-09"]
        for number in 1...3 {
            try live.place.load([
                #"{"auditId":"late-\#(number)","timestamp":"2024-03-09T23:10:0\#(number)Z","systemId":"late","#
                    + #""userId":"u","resourceId":"r"}"#
            ])
            #expect(try export(url, "late-\(number)", options).status == 0)
            #expect(records("late-\(number)").split(separator: "\n").count == number)
        }
    }

    @Test func `an export tells the key's policy, and is of one policy`() throws {
        let narrow = try live.place.key("narrow", systems: ["billing"], hidden: ["n"])
        try eventually("workers know the key") {
            try live.workers.allSatisfy {
                try !FastCGIConnection(path: $0.socketPath).get("/v1/records", key: narrow).contains("401")
            }
        }
        let policy = try live.client(.secret(narrow)).get("/v1/policy")
        #expect(policy.status == 200 && policy["Cache-Control"] == "no-store", "\(policy)")
        #expect(
            try policy.json()["hidesAttributes"].bool == true && !policy.text.contains("\"n\""), "\(policy)")
        #expect(try export(url, "narrow", key: narrow).status == 0)
        let manifest = try JSONValue(Data(live.place.folder.text("narrow/manifest.json").utf8))
        #expect(
            try manifest["origin"]["policy"].string == policy.json()["policy"].string
                && manifest["origin"]["hidesAttributes"].bool == true
                && manifest["origin"]["hiddenAttributes"] == .null
                && manifest["origin"]["systems"].elements.first?.string == "billing", "\(manifest)")
        let server = FaultyServer(before: live)
        try withServer {
            server.serve($0)
        } _: { standIn in
            server.fail([nil, nil, nil], then: .unavailable)
            #expect(try export(standIn.url(""), "two", key: narrow).status == 69)
            server.fail([])
            let other = try export(standIn.url(""), "two", ["--resume"])
            #expect(
                other.status == 65 && other.error.contains("what the key may see has changed"), "\(other)")
        }
    }
}

private enum ServedLines {
    /// Some days with many records, and many without.
    static let lines = (0..<5000).map { number in
        let (day, minute) = (number % 7 * 3 + 1, number / 7 % 1440)
        let time = "\(minute / 60 < 10 ? "0" : "")\(minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60)"
        return
            #"{"auditId":"id-\#(number)","timestamp":"2024-01-\#(day < 10 ? "0" : "")\#(day)T\#(time):0\#(number % 10)Z","#
            + #""systemId":"\#(number % 3 == 0 ? "crm" : "billing")","userId":"zoë","resourceId":"r/\#(number % 9)","n":\#(number)}"#
    }
}
