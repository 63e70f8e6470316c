import Foundation
import HTTPClient
import TestSupport
import Testing

/// The time of day steps forward and back.
@Suite(.live, .logsOnFailure)
struct ClockTests {
    private static let library = [
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
    ].first { FileManager.default.fileExists(atPath: $0) }

    @Test(.enabled(if: library != nil, "libfaketime is absent"))
    func `steps of the clock change neither ages nor deadlines, but what is about the time of day`() throws {
        let library = try #require(Self.library)
        var options = LiveInstallation.Options(lines: Array(GeneratedRecords.lines.prefix(300)), workers: 1)
        options.startsWorkers = false
        try LiveInstallation.with(options) { live in
            let soon = Date.now.addingTimeInterval(3 * 3600).formatted(.iso8601)
            let created = try live.place.command("keys", "create", "--name", "soon", "--expires", soon)
            let soonKey = try #require(created.lines.first)
            let clock = Clock(place: live.place)
            try clock.step("+0")
            // Through another program: Swift does not find its arguments in the one that libfaketime starts with.
            let variables = [
                "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": live.place.folder.file("clock"),
                "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            ]
            try live.workers[0].start(environment: variables, within: ["env"])
            try live.workers[0].waitUntilReady()
            let pid = live.workers[0].pid
            let (client, soonClient) = (live.client(), live.client(.secret(soonKey)))
            let first = try client.records(["userId": "alice", "limit": "3"])
            let cursor = try #require(try Page(first).nextCursor)
            let rest = try Page(client.records(["cursor": cursor])).records
            #expect(try soonClient.records(["userId": "alice"]).status == 200)
            let day = try #require(try Page(client.records(["systemId": "billing", "limit": "2"])).range.end)
                .prefix(10)

            for step in ["+2d", "-3d", "+400d", "-400d", "+0"] {
                try clock.step(step)
                try eventually("the worker's clock is at \(step)") {
                    let line = ["systemId": "billing-\(step)"] as KeyValuePairs
                    let end = try Page(client.records(line)).range.end?.prefix(10)
                    return (end == day) == (step == "+0")
                }
                let hit = try client.records(["userId": "alice", "limit": "3"])
                #expect(
                    hit["Cache-Status"]?.contains("; hit; ") == true && hit.body == first.body, "at \(step)")
                #expect((0...60).contains(Int(hit["Age"] ?? "") ?? -1), "at \(step)")
                let page = try Page(
                    client.get("/v1/records?cursor=\(cursor)", headers: ["Cache-Control": "no-cache"]))
                #expect(page.records == rest, "at \(step)")
                #expect(
                    try soonClient.records(["userId": "alice"]).status
                        == (step.hasPrefix("+") && step != "+0" ? 401 : 200))
                #expect(try client.get("/readyz").status == 200)
            }
            #expect(live.workers[0].pid == pid)
            #expect(!live.workers[0].log.contains("error"))
        }
    }

    /// The offset that the worker's clock has.
    private struct Clock {
        let place: Workplace

        func step(_ offset: String) throws {
            try place.folder.write(offset, to: "clock.new")
            rename(place.folder.file("clock.new"), place.folder.file("clock"))
        }
    }
}
