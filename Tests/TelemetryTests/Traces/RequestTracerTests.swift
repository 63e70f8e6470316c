import Logging
import Telemetry
import TestSupport
import Testing
import Tracing

@Suite struct RequestTracerTests {
    private struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    private let sent = SentTraces()

    @Test func `a request is a segment, and what is done within it are subsegments`() throws {
        let tracer = sent.tracer()
        tracer.withSpan("GET /v1/records", ofKind: .server) { root in
            root.attributes["http.request.method"] = "GET"
            root.attributes["url.path"] = "/v1/records"
            root.attributes["client.address"] = "192.0.2.7"
            root.attributes["user_agent.original"] = "curl/8"
            root.attributes["http.response.status_code"] = 200
            root.attributes["http.response.body.size"] = 12
            root.attributes["cache.status"] = "miss"
            root.attributes["records"] = 3
            root.attributes["share"] = 0.5
            root.attributes["late"] = true
            tracer.withSpan("store") { _ in
                tracer.withSpan("dynamodb", ofKind: .client) { span in
                    span.attributes["aws.operation"] = "Query"
                    span.attributes["aws.table_name"] = "audit-records"
                    span.attributes["aws.region"] = "eu-west-1"
                    span.attributes["aws.request_id"] = "R1"
                    span.attributes["aws.retries"] = 1
                }
            }
            tracer.withSpan("remote", ofKind: .client) { _ in }
        }
        let segment = try sent.only()
        #expect(segment.name == "audit-query" && segment.service?.version == "1.2.3")
        #expect(segment.parent_id == nil && segment.type == nil && segment.in_progress == nil)
        #expect(try #require(segment.end_time) >= segment.start_time)
        #expect(segment.http?.request?.method == "GET" && segment.http?.request?.url == "/v1/records")
        #expect(
            segment.http?.request?.client_ip == "192.0.2.7" && segment.http?.request?.user_agent == "curl/8")
        #expect(segment.http?.response?.status == 200 && segment.http?.response?.content_length == 12)
        #expect(
            segment.annotations == [
                "environment": .text("dev"), "operation": .text("GET /v1/records"),
                "cache_status": .text("miss"),
                "records": .number(3), "share": .number(0.5), "late": .flag(true),
            ])
        #expect(segment.all.map(\.name) == ["audit-query", "store", "dynamodb", "remote"])
        #expect(segment.all.map(\.namespace) == [nil, nil, "aws", "remote"])
        let aws = try #require(segment.all[2].aws)
        #expect(aws.operation == "Query" && aws.table_name == "audit-records" && aws.region == "eu-west-1")
        #expect(aws.request_id == "R1" && aws.retries == 1)
        #expect(Set(segment.all.map(\.id)).count == 4)
    }

    @Test(
        arguments: [
            (200, false, false, nil, nil, nil), (404, false, false, true, nil, nil),
            (429, false, false, true, true, nil), (400, true, true, true, true, nil),
            (503, false, true, nil, nil, true),
            (400, false, true, true, nil, nil), (200, false, true, nil, nil, true),
        ] as [(Int, Bool, Bool, Bool?, Bool?, Bool?)])
    func `failures are X-Ray's`(
        status: Int, isThrottled: Bool, hasFailed: Bool, error: Bool?, throttle: Bool?, fault: Bool?
    ) throws {
        sent.tracer().withSpan("a", ofKind: .server) { span in
            span.attributes["http.response.status_code"] = status
            if isThrottled { span.attributes["aws.throttled"] = true }
            if hasFailed { span.recordError(Refused(description: "no \"way\"\n")) }
        }
        let segment = try sent.only()
        #expect(segment.error == error && segment.throttle == throttle && segment.fault == fault)
        #expect(segment.cause?.exceptions.map(\.message) == (hasFailed ? ["no \"way\" "] : nil))
        #expect(segment.cause?.exceptions.map(\.type) == (hasFailed ? ["Refused"] : nil))
    }

    @Test func `a status of failure with its message is a fault`() throws {
        sent.tracer().withSpan("a", ofKind: .server) {
            $0.setStatus(SpanStatus(code: .error, message: "broken"))
        }
        let segment = try sent.only()
        #expect(segment.fault == true && segment.cause?.exceptions.map(\.message) == ["broken"])
    }

    @Test func `what is open when the request ends follows by itself`() throws {
        let tracer = sent.tracer()
        let root = tracer.startSpan("request", ofKind: .server)
        let open = tracer.startSpan("read-ahead", context: root.context)
        let done = tracer.startSpan("done", context: open.context)
        done.end()
        let openToo = tracer.startSpan("open, too", context: open.context)
        root.end()
        openToo.end()
        let late = tracer.startSpan("late", context: open.context)
        open.attributes["pages"] = 2
        late.end()
        open.end()
        open.end()
        root.end()
        let documents = try sent.documents()
        let segment = documents[0]
        #expect(segment.all.map(\.name) == ["audit-query", "read-ahead"])
        #expect(segment.all[1].in_progress == true && segment.all[1].end_time == nil)
        let alone = documents.dropFirst()
        #expect(Set(alone.prefix(2).map(\.name)) == ["done", "open_ too"])
        #expect(alone.dropFirst(2).map(\.name) == ["open_ too", "late", "read-ahead"])
        let complete = try #require(documents.last)
        #expect(
            complete.id == segment.all[1].id && complete.parent_id == segment.id && complete.end_time != nil)
        #expect(complete.annotations == ["pages": .number(2)])
        #expect(alone.dropLast().allSatisfy { $0.parent_id == complete.id })
        #expect(alone.allSatisfy { $0.type == "subsegment" && $0.trace_id == segment.trace_id })
    }

    @Test func `subsegments beyond a number are counted`() throws {
        let tracer = sent.tracer()
        tracer.withSpan("request", ofKind: .server) { _ in
            for _ in 0..<300 {
                tracer.withSpan("a") { _ in tracer.withSpan("b") { $0.attributes["x"] = 1 } }
            }
        }
        let documents = try sent.documents()
        #expect(documents.flatMap(\.all).count == 251)
        #expect(documents[0].metadata?["dropped"]?["subsegments"] == 350)
    }

    @Test func `what is not sampled is not recorded, nor what is within it`() throws {
        let tracer = sent.tracer(rate: 0)
        tracer.withSpan("request", ofKind: .server) { root in
            #expect(!root.isRecording)
            root.attributes["a"] = 1
            #expect(root.attributes.isEmpty)
            tracer.withSpan("store") { span in
                #expect(!span.isRecording && span.context.traceContext?.traceID == nil)
                tracer.withSpan("inner server", ofKind: .server) { #expect(!$0.isRecording) }
            }
        }
        sent.tracer().withSpan("no request", ofKind: .client) { #expect(!$0.isRecording) }
        #expect(sent.datagrams.isEmpty)
    }

    @Test func `the span of a context is active until it ends`() throws {
        let tracer = sent.tracer()
        let span = tracer.startSpan("request", ofKind: .server)
        #expect(tracer.activeSpan(identifiedBy: span.context)?.operationName == "request")
        tracer.activeSpan(identifiedBy: span.context)?.operationName = "renamed"
        span.end()
        #expect(tracer.activeSpan(identifiedBy: span.context) == nil)
        #expect(tracer.activeSpan(identifiedBy: .topLevel) == nil)
        #expect(try sent.only().annotations?["operation"] == .text("renamed"))
    }
}
