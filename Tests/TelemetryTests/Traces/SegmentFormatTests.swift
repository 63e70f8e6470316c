import QueryService
import Dispatch
import Logging
import Telemetry
import TestSupport
import Testing
import Tracing

@Suite(.enabled(if: SegmentChecker.isInstalled, "aws-xray-sdk is not installed"))
struct SegmentFormatTests {
    private func query(_ tracer: RequestTracer, _ number: Int) {
        tracer.withSpan("dynamodb", ofKind: .client) { span in
            span.updateAttributes { attributes in
                attributes["aws.operation"] = "Query"
                attributes["aws.table_name"] = "audit-records"
                attributes["aws.region"] = "eu-west-1"
                attributes["aws.request_id"] = "R\(number)"
                attributes["aws.retries"] = number % 3
                attributes["http.response.status_code"] = [200, 400, 503][number % 3]
                if number % 3 > 0 { attributes["error.type"] = "SlowDown" }
                if number % 3 == 1 { attributes["aws.throttled"] = true }
            }
            if number % 3 > 0 { span.recordError(Failure("no \"\u{e9}\\ \(number)")) }
        }
    }

    private func request(_ tracer: RequestTracer, _ number: Int, in context: ServiceContext) {
        tracer.withSpan("GET /v1/records", context: context, ofKind: .server) { root in
            root.updateAttributes { attributes in
                attributes["http.request.method"] = "GET"
                attributes["url.path"] = "/v1/records"
                attributes["client.address"] = "192.0.2.7"
                attributes["user_agent.original"] = "curl/8"
                attributes["http.response.status_code"] = [200, 404, 429, 500][number % 4]
                attributes["cache.status"] = "miss"
                attributes["records"] = number
                attributes["share"] = 0.5
                attributes["late"] = number.isMultiple(of: 2)
            }
            if number % 4 == 3 { root.setStatus(SpanStatus(code: .error, message: "the store failed")) }
            tracer.withSpan("cache") { _ in }
            tracer.withSpan("store") { _ in for part in 0..<number % 5 { query(tracer, part) } }
            if number % 10 == 9 { for _ in 0..<300 { tracer.withSpan("many") { _ in } } }
        }
    }

    @Test func `each sampled request is one valid tree at the daemon, as aws-xray-sdk would send it`() throws
    {
        let listener = try DatagramListener()
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let daemon = try XRayDaemon(address: listener.address, log: log)
        let tracer = RequestTracer(
            service: "audit-query", version: "1.2.3", environment: "dev", sampler: TraceSampler(rate: 1),
            xray: daemon.send)
        var context = ServiceContext.topLevel
        let headers = ["x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8"]
        tracer.extract(headers, into: &context, using: Headers())
        request(tracer, 3, in: context)
        DispatchQueue.concurrentPerform(iterations: 40) { request(tracer, $0, in: .topLevel) }
        let datagrams = try (0..<41).map { _ in try listener.receive() }
        #expect(listener.isQuiet && daemon.lost == 0)
        #expect(try SegmentChecker.check(datagrams) == "41 documents of 41 traces")
    }

    @Test func `so it is where one document cannot hold it, and where something outlives the request`() throws
    {
        let sent = SentTraces()
        let tracer = sent.tracer()
        let root = tracer.startSpan("request", ofKind: .server)
        let open = tracer.startSpan("read-ahead", context: root.context)
        ServiceContext.withValue(open.context) {
            for number in 0..<200 {
                query(tracer, number)
                tracer.withSpan("large") { span in
                    for index in 0..<20 {
                        span.attributes["text\(index)"] = String(repeating: "\u{e9}\"", count: 200)
                    }
                }
            }
        }
        root.end()
        open.end()
        #expect(sent.datagrams.count > 3)
        #expect(try SegmentChecker.check(sent.datagrams).hasSuffix("documents of 1 traces"))
    }

    @Test func `the checker sees what is wrong`() throws {
        let sent = SentTraces()
        sent.tracer().withSpan("request", ofKind: .server) { $0.attributes["a"] = 1 }
        let text = String(decoding: sent.datagrams[0], as: UTF8.self)
        let broken = [
            ("\"version\":1}", "\"version\":2}"), ("\"end_time\":", "\"ended\":"), ("\"a\":1", "\"a.b\":1"),
            ("\"a\":1", "\"a\":[1]"), ("\"trace_id\":\"1-", "\"trace_id\":\"2-"),
            ("\"a\":1", "\"a\":1,\"a\":1"),
            ("\"service\"", "\"type\":\"subsegment\",\"service\""), ("\"a\":1", "\"a\":NaN"),
        ].map { text.replacing($0, with: $1) }
        #expect(!broken.contains(text))
        #expect(try SegmentChecker.check(broken.map { Array($0.utf8) }, "--refuse") == "8 refused")
        #expect(try SegmentChecker.check(sent.datagrams, "--refuse") == "0 refused")
        #expect(throws: Failure.self) { try SegmentChecker.check([sent.datagrams[0], sent.datagrams[0]]) }
    }
}
