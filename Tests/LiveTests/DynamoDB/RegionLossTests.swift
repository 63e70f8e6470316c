import HTTPClient
import Synchronization
import TestSupport
import Testing

/// What clients see when a region is lost, and then the other one too.
@Suite(
    .live, .logsOnFailure,
    .enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
struct RegionLossTests {
    /// Records of the same data in both, and a cache whose entries are soon stale.
    private func withTwoRegions(_ body: (LiveInstallation, [Region]) throws -> Void) throws {
        let regions = [try Region("eu-west-1"), try Region("eu-central-1")]
        try Region.installation(regions, overrides: ["cache.ttl-seconds": "1"]) { live in
            try body(live, regions)
        }
    }

    private func region(_ answer: Answer) -> String? {
        answer["Server-Timing"]?.split(separator: "\"").dropFirst().first.map(String.init)
    }

    /// Past the cache, about one user after the other.
    private static func ask(_ client: Client, _ turn: Int) throws -> Answer {
        let user = GeneratedRecords.users[turn % GeneratedRecords.users.count]
        return try client.records(
            ["userId": user, "limit": "20"], headers: ["Cache-Control": "no-cache"])
    }

    /// A region's losses and returns are told in turn, and so once each, not once a request. On a busy machine the one
    /// that lives may be found slow, too.
    private static func expectChangesAlone(_ log: String) {
        for region in ["eu-west-1", "eu-central-1"] {
            let changes = log.split(separator: "\n").filter { $0.contains("REGION=\(region)") }
                .compactMap { line in
                    ["does not answer", "answers again"].first { line.contains("a region \($0)") }
                }
            let turns = (0..<changes.count).map { $0.isMultiple(of: 2) ? "does not answer" : "answers again" }
            #expect(changes == turns, "\(region): \(log)")
        }
    }

    @Test func `no request fails while the first region is killed, and every answer is right`() throws {
        let model = try GeneratedRecords.model.get()
        let pages = GeneratedRecords.users.map { model.matching(user: $0).prefix(20).map(\.fields) }
        try withTwoRegions { live, regions in
            let client = live.client()
            #expect(region(try Self.ask(client, 0)) == "eu-west-1")
            let longest = Mutex(Duration.zero)
            let requests = Background(threads: 4) { _, turn in
                let start = ContinuousClock.now
                let answer = try client.patiently { try Self.ask(client, turn) }
                let time = ContinuousClock.now - start
                longest.withLock { $0 = max($0, time) }
                return answer
            }
            try eventually("requests run") { requests.count > 40 }
            regions[0].server.kill()
            let killed = requests.count
            try eventually("requests go on", within: .seconds(240)) { requests.count > killed + 100 }
            let answers = try requests.stop()
            let failed = answers.filter { $0.status != 200 }
            #expect(failed.isEmpty, "\(failed.first.map(String.init(describing:)) ?? "")")
            for answer in answers where answer.status == 200 {
                #expect(pages.contains(try Page(answer).records.map(\.fields)), "\(answer)")
            }
            #expect(Set(answers.compactMap(region)) == ["eu-west-1", "eu-central-1"])
            let logs = live.workers.map(\.log)
            for log in logs { Self.expectChangesAlone(log) }
            #expect(logs.contains { $0.contains("REGION=eu-west-1") && $0.contains("does not answer") })
            print("\(answers.count) requests, \(failed.count) failed, \(longest.withLock { $0 }) at most")
        }
    }

    @Test func `a load writes to the first region alone, and goes on when the other is put first`() throws {
        let regions = [try Region("eu-west-1"), try Region("eu-central-1")]
        let line =
            "{\"timestamp\":\"2026-01-31T10:00:00Z\",\"auditId\":\"after\",\"systemId\":\"loss\","
            + "\"userId\":\"eve\",\"resourceId\":\"r\",\"action\":\"Read\"}"
        regions[0].server.kill()
        // Whatever region AWS's own variable names.
        let lost = try Region.run(
            "load", "FILE", over: regions, input: [line], variables: ["AWS_REGION": "eu-central-1"])
        #expect(lost.status == 69, "\(lost)")
        #expect(lost.error.contains("eu-west-1"), "\(lost)")
        #expect(try Region.run("query", "--user", "eve", over: [regions[1]]).lines.count <= 1)
        // As docs/disaster-recovery.md has it.
        let loaded = try Region.run("load", "FILE", over: regions.reversed(), input: [line])
        #expect(loaded.status == 0, "\(loaded)")
        let found = try Region.run("query", "--user", "eve", over: regions.reversed())
        #expect(found.status == 0 && found.output.contains("after"), "\(found)")
    }

    @Test func `with both regions lost it is stale answers, then 503, and health checks go on`() throws {
        try withTwoRegions { live, regions in
            let client = live.client()
            let known = try client.records(["userId": "alice"])
            #expect(known.status == 200)
            for region in regions { region.server.kill() }
            let stale = try eventually("a stale answer") {
                let answer = try client.records(["userId": "alice"])
                return answer["Cache-Status"]?.contains("detail=store-error") == true ? answer : nil
            }
            #expect(stale.status == 200 && stale.body == known.body)
            let unknown = try client.records(["userId": "nobody"])
            #expect(unknown.status == 503 && unknown["Retry-After"] != nil, "\(unknown)")
            #expect(unknown["Content-Type"] == "application/problem+json")
            #expect(try live.client(.none).get("/healthz").status == 200)
            #expect(try live.client(.none).get("/readyz").status == 503)
        }
    }
}
