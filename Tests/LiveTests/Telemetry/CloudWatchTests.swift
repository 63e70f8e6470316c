import Foundation
import Gzip
import HTTPClient
import Synchronization
import TestSupport
import Testing

/// What a pool of workers sends to CloudWatch, beside what it was asked.
@Suite(
    .live, .logsOnFailure,
    .enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
struct CloudWatchTests {
    /// What a client saw.
    private struct Seen {
        var success = 0
        var rejected = 0
        var hits = 0
        var misses = 0
        var records = 0
        var storeMilliseconds: [Double] = []

        mutating func count(_ answer: Answer) throws {
            switch answer.status {
            case 200, 304: success += 1
            default: rejected += 1
            }
            guard let status = answer["Cache-Status"] else { return }
            if status.contains("hit") {
                hits += 1
            } else {
                misses += 1
                let store = try #require(answer["Server-Timing"]?.firstMatch(of: /store;dur=([0-9.]+)/))
                storeMilliseconds.append(try #require(Double(store.1)))
            }
            if answer.status == 200 { records += try Page(answer).records.count }
        }
    }

    /// Workers that send to CloudWatch at a URL; their store is in a region, or embedded.
    private static func options(
        _ url: String, interval: Int, store: Region? = nil
    ) -> LiveInstallation.Options {
        .init(
            overrides: (store.map { Region.overrides([$0]) } ?? [:]).merging([
                "telemetry.cloudwatch.enabled": "true",
                "telemetry.cloudwatch.interval-seconds": "\(interval)",
                "aws.region": "eu-west-1", "environment": "prod",
            ]) { $1 },
            environment: [
                "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "a-secret-of-the-test",
                "AWS_ENDPOINT_URL_CLOUDWATCH": url,
            ], loadsNothing: store != nil, lines: store == nil ? GeneratedRecords.lines : [])
    }

    /// A mix of hits, misses and refusals.
    private func ask(_ live: LiveInstallation, _ count: Int) throws -> Seen {
        var seen = Seen()
        let client = live.client()
        for index in 0..<count {
            let user = ["alice", "bob", "nobody"][index % 3]
            switch index % 10 {
            case 0: try seen.count(client.records(["userId": user, "limit": "none"]))
            case 1: try seen.count(live.client(.secret("aq_wrong")).records(["userId": user]))
            case 2, 3, 4:
                try seen.count(client.records(["userId": user], headers: ["Cache-Control": "no-cache"]))
            case 5: try seen.count(client.records(["userId": user, "limit": "\(1 + index % 1000)"]))
            default: try seen.count(client.records(["userId": user, "limit": "5"]))
            }
        }
        return seen
    }

    @Test func `a thousand mixed requests over two workers are in CloudWatch as they were sent`() throws {
        let moto = try MotoServer()
        let began = Int(Date().timeIntervalSince1970) - 60
        var seen = Seen()
        try LiveInstallation.with(Self.options(moto.url, interval: 2)) { live in
            seen = try ask(live, 1000)
        }
        // Both workers have ended, and have sent what was left.
        let sums = try withWorkplace { place in
            let script = "\(Place.package)/Tests/aws/metric_sums.py"
            let outcome = try place.run(
                [
                    "python3", script, moto.url, "DynamoDBProcessor", "\(began)", "Environment=prod",
                    "Region=local",
                ])
            guard outcome.status == 0 else { throw Failure("metric_sums.py: \(outcome)") }
            return try JSONValue(Data(outcome.output.utf8))
        }
        let expected = [
            "QuerySuccess": seen.success, "QueryRejected": seen.rejected, "QueryError": 0,
            "CacheHit": seen.hits,
            "CacheMiss": seen.misses, "RecordsRetrieved": seen.records, "StoreErrors": 0, "RequestsShed": 0,
        ]
        for (name, value) in expected { #expect(sums[name]["Sum"].double == Double(value), "\(name)") }
        #expect(sums["QueryDuration"]["SampleCount"].double == Double(seen.hits + seen.misses))
        #expect(sums["StoreDuration"]["SampleCount"].double == Double(seen.misses))
    }

    @Test func `CloudWatch may refuse five intervals: nothing is missing when it is back, in a call each`()
        throws
    {
        let calls = Mutex<[(refused: Bool, metrics: SentMetrics)]>([])
        let refusals = 10
        try withServer(script: { connection in
            while let request = connection.readRequest() {
                guard let bytes = try? Gzip.decompress(request.body, limit: 1 << 20),
                    let metrics = try? JSONDecoder().decode(SentMetrics.self, from: Data(bytes))
                else { return }
                let isRefused = calls.withLock { calls in
                    let isRefused = calls.count < refusals
                    calls.append((isRefused, metrics))
                    return isRefused
                }
                let status = isRefused ? "403 Forbidden" : "200 OK"
                let body = isRefused ? #"{"__type":"AccessDeniedException","message":"no"}"# : "{}"
                guard connection.answer(status, body: Array(body.utf8)) else { return }
            }
        }) { server in
            var seen = Seen()
            let store = try Region("eu-west-1")
            let began = ContinuousClock.now
            try LiveInstallation.with(Self.options(server.url(), interval: 1, store: store)) { live in
                seen = try ask(live, 300)
                try eventually("CloudWatch is back", within: .seconds(60)) {
                    calls.withLock { $0.count > refusals + 2 }
                }
            }
            let intervals = Int((ContinuousClock.now - began) / .seconds(1)) + 1
            // Two workers, each with one call an interval and one at its end.
            #expect(calls.withLock { $0.count } <= 2 * (intervals + 1))
            try expect(calls.withLock { $0 }, seen)
        }
    }

    private func expect(_ calls: [(refused: Bool, metrics: SentMetrics)], _ seen: Seen) throws {
        let taken = calls.filter { !$0.refused }.map(\.metrics)
        #expect(taken.sum("QuerySuccess") == Double(seen.success))
        #expect(taken.sum("QueryRejected") == Double(seen.rejected))
        #expect(taken.sum("CacheHit") == Double(seen.hits))
        #expect(taken.sum("RecordsRetrieved") == Double(seen.records))
        #expect(taken.sum("MetricsDropped") == 0)
        #expect(taken.sum("StoreReads") == Double(seen.misses))
        // An emulator on a busy machine may answer too late, and is asked again.
        #expect(taken.sum("StoreRequests") >= Double(seen.misses) + taken.sum("StoreRetries"))
        #expect(taken.sum("ConsumedCapacity") > 0)
        // The intervals that were refused came later, with their own time.
        #expect(Set(taken.data("QuerySuccess").map(\.Timestamp)).count >= 5)
        // The share of misses that took no longer, in CloudWatch and as the client was told.
        let weighted = taken.data("StoreDuration").flatMap(\.weighted).sorted { $0.value < $1.value }
        let exact = seen.storeMilliseconds.sorted()
        #expect(weighted.reduce(0) { $0 + $1.count } == Double(exact.count))
        for share in [0.5, 0.99] {
            let rank = Int((share * Double(exact.count)).rounded(.up))
            var left = Double(rank)
            let value = weighted.first { datum in
                left -= datum.count
                return left <= 0
            }?.value
            // 1/128 of the value, and the microsecond that Server-Timing is cut to.
            let error = try abs(#require(value) - exact[rank - 1])
            #expect(error <= exact[rank - 1] / 128 + 0.001, "p\(share)")
        }
        // What the alarms and the dashboard look at is what workers send.
        try expectTemplates(taken)
    }

    private func expectTemplates(_ taken: [SentMetrics]) throws {
        let outcome = try withWorkplace { place in
            try place.run(["python3", "\(Place.package)/Tests/aws/metrics_in_templates.py"])
        }
        guard outcome.status == 0 else { throw Failure("metrics_in_templates.py: \(outcome)") }
        let wanted = try JSONValue(Data(outcome.output.utf8)).elements
        #expect(wanted.count > 10)
        for metric in wanted where metric["namespace"].string == "DynamoDBProcessor" {
            let name = metric["name"].string ?? ""
            let sent = taken.data(name).first
            #expect(sent != nil, "the templates have \(name), and no worker sends it")
            #expect(
                sent?.Dimensions.map(\.Name).sorted() == metric["dimensions"].elements.compactMap(\.string))
        }
    }
}
