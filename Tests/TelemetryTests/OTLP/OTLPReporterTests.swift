import CoreMetrics
import HTTPClient
import Logging
import TestSupport
import Testing
import Tracing
@testable import Telemetry

/// What goes out in OpenTelemetry's protocol, read with its official definitions.
@Suite(.enabled(if: OpenTelemetryChecker.isInstalled, "scripts/test installs the Python tools"))
struct OTLPReporterTests {
    private let log = RecordingLog()
    private let registry = MetricRegistry([
        MetricDescription(name: "Requests", help: "Requests that were answered"),
        MetricDescription(name: "RequestDuration", unit: .milliseconds, help: "How long they took"),
    ])

    private func reporter(
        traces: Bool = true, metrics: Bool = true, _ url: String, every interval: Duration = .seconds(3600)
    ) -> OTLPReporter {
        let http = HTTPClient(.init())
        return OTLPReporter(
            OTLPResource(
                service: "audit-query", version: "1.2.3", environment: "dev", host: "host", instance: "one"),
            to: .init(
                traces: traces ? OTLPTarget(url: url + "/v1/traces", http: http) : nil,
                metrics: metrics ? OTLPTarget(url: url + "/v1/metrics", http: http) : nil), registry,
            interval: interval, log: log.logger)
    }

    private func tracer(_ reporter: OTLPReporter) -> RequestTracer {
        RequestTracer(
            service: "audit-query", version: "1.2.3", environment: "dev", sampler: TraceSampler(rate: 1),
            xray: nil, otlp: reporter)
    }

    @Test func `a request is its spans, with parents, kinds, attributes and what failed`() throws {
        struct Broken: Error, CustomStringConvertible { let description = "it \"broke\"" }
        try TelemetryCollector.with { collector, url in
            let reporter = reporter(metrics: false, url)
            let tracer = tracer(reporter)
            let root = tracer.startSpan("audit-query", ofKind: .server)
            root.attributes["http.request.method"] = "GET"
            root.attributes["route"] = "records"
            root.attributes["url.path"] = "/v1/records"
            root.attributes["http.response.status_code"] = 503
            let inner = tracer.startSpan("dynamodb", context: root.context, ofKind: .client)
            inner.attributes["share"] = 0.5
            inner.recordError(Broken())
            inner.end()
            let late = tracer.startSpan("late", context: root.context)
            root.end()
            late.end()
            reporter.stop(flushingWithin: .seconds(30))
            let messages = try OTLPMessage.read(collector.taken("/v1/traces"))
            let spans = messages.flatMap(\.spans)
            #expect(spans.map(\.name).sorted() == ["GET records", "dynamodb", "late"])
            #expect(
                messages.first?.resource == [
                    "service.name": "audit-query", "service.version": "1.2.3", "service.instance.id": "one",
                    "deployment.environment.name": "dev", "host.name": "host",
                ])
            let byName = Dictionary(uniqueKeysWithValues: spans.map { ($0.name, $0) })
            let (whole, call) = (try #require(byName["GET records"]), try #require(byName["dynamodb"]))
            #expect(whole.kind == "SPAN_KIND_SERVER" && whole.parentSpanId == nil)
            #expect(
                whole.attributes?.texts == [
                    "http.request.method": "GET", "route": "records", "url.path": "/v1/records",
                    "http.response.status_code": "503",
                ])
            #expect(whole.status?.code == "STATUS_CODE_ERROR")
            #expect(call.kind == "SPAN_KIND_CLIENT" && call.parentSpanId == whole.spanId)
            #expect(call.attributes?.texts == ["share": "0.5"])
            #expect(call.events?.first?.attributes.texts["exception.message"] == "it \"broke\"")
            #expect(call.status?.message == "it \"broke\"")
            #expect(byName["late"]?.parentSpanId == whole.spanId)
            #expect(Set(spans.map(\.traceId)).count == 1)
            #expect(spans.allSatisfy { UInt64($0.startTimeUnixNano) ?? 0 <= UInt64($0.endTimeUnixNano) ?? 0 })
        }
    }

    @Test func `metrics count from the process's begin, in the units of Prometheus`() throws {
        try TelemetryCollector.with { collector, url in
            let reporter = reporter(traces: false, url, every: .milliseconds(1))
            let counter = Counter(
                label: "Requests", dimensions: [("StoreRegion", "eu-west-1")], factory: registry)
            let timer = Timer(label: "RequestDuration", factory: registry)
            Gauge(label: "Threads", factory: registry).record(7)
            counter.increment(by: 3)
            for milliseconds in [1, 30, 70_000] { timer.recordMilliseconds(Int64(milliseconds)) }
            try eventually("two requests") { collector.taken("/v1/metrics").count >= 2 }
            counter.increment(by: 2)
            reporter.stop(flushingWithin: .seconds(30))
            let last = try #require(try OTLPMessage.read(collector.taken("/v1/metrics")).last)
            let metrics = Dictionary(uniqueKeysWithValues: last.metrics.map { ($0.name, $0) })
            let requests = try #require(metrics["audit_query.requests"])
            #expect(requests.unit == "1" && requests.description == "Requests that were answered")
            #expect(requests.sum?.aggregationTemporality == "AGGREGATION_TEMPORALITY_CUMULATIVE")
            #expect(requests.sum?.isMonotonic == true && requests.sum?.dataPoints.map(\.asInt) == ["5"])
            #expect(requests.sum?.dataPoints[0].attributes?.texts == ["store_region": "eu-west-1"])
            #expect(metrics["audit_query.threads"]?.gauge?.dataPoints.map(\.asDouble) == [7])
            let duration = try #require(metrics["audit_query.request_duration"])
            let point = try #require(duration.histogram?.dataPoints.first)
            #expect(duration.unit == "s" && point.count == "3")
            let counts = (point.bucketCounts ?? []).compactMap { Int($0) }
            let bounds = point.explicitBounds ?? []
            #expect(counts.count == bounds.count + 1 && counts.reduce(0, +) == 3 && counts.last == 1)
            #expect(counts[bounds.firstIndex { $0 >= 0.03 } ?? 0] == 1)
            #expect(abs((point.sum ?? 0) - 70.031) < 0.001)
            #expect(point.startTimeUnixNano < point.timeUnixNano)
        }
    }

    @Test(arguments: [
        "429 Too Many Requests", "502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout",
    ])
    func `what may be tried again is, and each span is taken once`(status: String) throws {
        try TelemetryCollector.with { _, count in
            count == 1 ? .answer(status, headers: "Retry-After: 0\r\n") : .taken
        } _: { collector, url in
            let reporter = reporter(metrics: false, url)
            let tracer = tracer(reporter)
            tracer.startSpan("first", ofKind: .server).end()
            try eventually("the second request") { collector.taken("/v1/traces").count == 1 }
            reporter.stop(flushingWithin: .seconds(30))
            #expect(try OTLPMessage.read(collector.taken("/v1/traces")).flatMap(\.spans).count == 1)
            #expect(
                log.events.map(\.message) == ["traces are not taken, and wait", "traces are taken again"])
        }
    }

    @Test(arguments: [
        "400 Bad Request", "401 Unauthorized", "413 Content Too Large", "500 Internal Server Error",
    ])
    func `what is refused for good goes, and does not hold up what follows`(status: String) throws {
        try TelemetryCollector.with { _, count in
            count == 1 ? .answer(status, body: #"{"code":3,"message":"no such field"}"#) : .taken
        } _: { collector, url in
            let reporter = reporter(metrics: false, url)
            let tracer = tracer(reporter)
            tracer.startSpan("first", ofKind: .server).end()
            try eventually("the first request") { collector.requests.count == 1 }
            tracer.startSpan("second", ofKind: .server).end()
            reporter.stop(flushingWithin: .seconds(30))
            #expect(
                try OTLPMessage.read(collector.taken("/v1/traces")).flatMap(\.spans).map(\.name) == ["second"]
            )
            #expect(log.events.first?.message == "traces are refused, and lost")
            #expect(log.events.first?.text("ERROR")?.hasSuffix(": no such field") == true)
        }
    }

    @Test func `what is taken in part is told, and not sent again`() throws {
        let body = #"{"partialSuccess":{"rejectedSpans":"1","errorMessage":"too old"}}"#
        try TelemetryCollector.with { _, _ in
            .answer("200 OK", body: body)
        } _: { collector, url in
            let reporter = reporter(metrics: false, url)
            tracer(reporter).startSpan("first", ofKind: .server).end()
            reporter.stop(flushingWithin: .seconds(30))
            #expect(collector.requests.count == 1)
            #expect(log.events.map { $0.text("ERROR") } == ["1 refused: too old"])
        }
    }

    @Test func `a collector that does not answer holds up neither who records nor the end`() throws {
        try TelemetryCollector.with { _, _ in
            .hangs
        } _: { _, url in
            let reporter = reporter(url)
            let tracer = tracer(reporter)
            let start = ContinuousClock.now
            for _ in 0..<5000 { tracer.startSpan("GET /v1/records", ofKind: .server).end() }
            reporter.stop(flushingWithin: .milliseconds(200))
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }

    @Test func `what waits is bounded in bytes, and what was lost is told`() {
        var waiting = WaitingSpans()
        let span = [UInt8](repeating: 1, count: 1 << 20)
        var isWhole = waiting.add(Array(repeating: span, count: 5))
        #expect(!isWhole && waiting.first?.count == 4)
        var lost = waiting.removeFirst(4)
        #expect(lost == 1 && waiting.first == nil)
        isWhole = waiting.add(Array(repeating: [1], count: WaitingSpans.batchCount))
        lost = waiting.removeFirst(WaitingSpans.batchCount)
        #expect(isWhole && lost == 0)
    }
}
