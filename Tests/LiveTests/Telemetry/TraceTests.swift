import Foundation
import HTTPClient
import Synchronization
import TestSupport
import Testing

/// Traces of real requests, through nginx and a worker to DynamoDB's stand-in.
@Suite(
    .live, .logsOnFailure,
    .enabled(
        if: MotoServer.isInstalled && SegmentChecker.isInstalled, "scripts/test installs the Python tools"))
struct TraceTests {
    private static func overrides(_ listener: DatagramListener, rate: String) -> [String: String] {
        [
            "telemetry.xray.enabled": "true", "telemetry.xray.address": listener.address,
            "telemetry.xray.sample-rate": rate,
        ]
    }

    /// The document in a datagram.
    private func document(_ datagram: [UInt8]) throws -> JSONValue {
        try JSONValue(Data(datagram.drop { $0 != UInt8(ascii: "\n") }.dropFirst()))
    }

    /// Where moto is slow, a page ends when its time is over, before its days are; or it is to be asked for again.
    private func answersOfSixtyDays(_ client: Client) throws -> [Answer] {
        var question: KeyValuePairs = [
            "systemId": "billing", "startDate": "2024-01-01", "endDate": "2024-02-29", "limit": "1000",
        ]
        var answers: [Answer] = []
        try untilDone("the last page", turns: 60) {
            let answer = try client.records(question)
            answers.append(answer)
            guard ![503, 504].contains(answer.status) else {
                // Health checks are not traced.
                try eventually("moto answers") { try client.get("/readyz").status == 200 }
                return false
            }
            guard let cursor = try Page(answer).nextCursor else { return true }
            question = ["cursor": cursor]
            return false
        }
        return answers
    }

    @Test func `every sampled request is one whole, valid tree, and the log names its trace`() throws {
        let listener = try DatagramListener()
        let region = try Region("eu-west-1")
        try Region.installation([region], overrides: Self.overrides(listener, rate: "1")) { live in
            let client = live.client()
            // What the start asked for has been sent: a document goes before its answer.
            while !listener.isQuiet { _ = try listener.receive() }
            let trace = "5759e988bd862e3fe1be46a994272793"
            let parent: HTTPHeaders = ["traceparent": "00-\(trace)-53995c3f42cd8ad8-01"]
            let sixtyDays = try answersOfSixtyDays(client)
            let answers =
                sixtyDays + [
                    try client.records(["userId": "alice", "limit": "5"], headers: parent),
                    try client.records(["userId": "alice", "limit": "5"]),
                    try client.records(["limit": "none"]),
                    try client.get("/v1/records/c3lzdGVt"),
                    try live.client(.secret("aq_wrong")).records(["userId": "alice"]),
                ]
            // Health checks are of no interest.
            let health = try client.get("/healthz")
            #expect(health.status == 200)
            let datagrams = try answers.map { _ in try listener.receive() }
            #expect(listener.isQuiet)
            #expect(datagrams.allSatisfy { $0.count <= 64_000 })
            #expect(
                try SegmentChecker.check(datagrams).hasPrefix(
                    "\(answers.count) documents of \(answers.count)"))
            let segments = try datagrams.map(document)
            #expect(segments.map { $0["http"]["response"]["status"].int } == answers.map(\.status))
            #expect(segments.map { $0["annotations"]["request_id"].string } == answers.map(\.requestID))
            let miss = segments[sixtyDays.count]
            #expect(miss["trace_id"].string == "1-\(trace.prefix(8))-\(trace.dropFirst(8))")
            #expect(miss["parent_id"].string == "53995c3f42cd8ad8")
            let store = miss["subsegments"][0]
            #expect(store["name"].string == "store")
            let call = store["subsegments"][0]
            #expect(call["namespace"].string == "aws" && call["aws"]["operation"].string == "Query")
            #expect(
                call["aws"]["region"].string == "eu-west-1"
                    && call["aws"]["table_name"].string == "audit-records")
            #expect(
                segments[sixtyDays.count + 1]["subsegments"] == .null
                    && segments[sixtyDays.count + 1]["annotations"]["cache"].string == "hit")
            // Sixty days, read by several threads: all below the store's subsegment.
            let days = segments.prefix(sixtyDays.count).map {
                $0["subsegments"][0]["subsegments"].elements.count
            }
            #expect(days.reduce(0, +) >= 60)
            let text = datagrams.map { String(decoding: $0, as: UTF8.self) }.joined()
            let secrets = live.place.secrets.withLock { $0 }
            #expect(secrets.allSatisfy { !text.contains($0) })
            try eventually("the trace's id in the log") {
                live.workers.contains { $0.log.contains("TRACE_ID=\(miss["trace_id"].string ?? "?")") }
            }
        }
    }

    @Test func `only the share that is asked for is traced, and one a second`() throws {
        let listener = try DatagramListener()
        try LiveInstallation.with(
            .init(overrides: Self.overrides(listener, rate: "0"), lines: GeneratedRecords.lines, workers: 1)
        ) { live in
            let began = ContinuousClock.now
            for _ in 0..<200 { #expect(try live.client().records(["userId": "alice"]).status == 200) }
            let seconds = Int((ContinuousClock.now - began) / .seconds(1)) + 2
            var count = 0
            while !listener.isQuiet {
                _ = try listener.receive()
                count += 1
            }
            #expect((1...seconds).contains(count))
        }
    }

    @Test func `a daemon that is away costs no request, and is told once`() throws {
        var listener: DatagramListener? = try DatagramListener()
        let overrides = Self.overrides(try #require(listener), rate: "1")
        listener = nil
        try LiveInstallation.with(.init(overrides: overrides, lines: GeneratedRecords.lines, workers: 1)) {
            live in
            for _ in 0..<50 {
                let answer = try live.client().records(["userId": "alice"])
                #expect(answer.status == 200)
            }
            let log = live.workers[0].log
            #expect(log.components(separatedBy: "traces are lost").count == 2)
        }
    }
}
