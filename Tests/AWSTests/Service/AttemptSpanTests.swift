import AWS
import HTTPClient
import InMemoryTracing
import TestSupport
import Testing
import Tracing

@Suite struct AttemptSpanTests {
    private static let query = ServiceRequest.json(
        target: "DynamoDB_20120810", "Query", body: Array("{}".utf8), table: "audit-records")
    private static let answered = Reply.answer(headers: "x-amzn-RequestId: R1\r\n", body: "{}")
    private static let slow = Reply.answer(
        "400 Bad Request", headers: "x-amzn-RequestId: R0\r\n",
        body: #"{"__type":"x#ThrottlingException","message":"slow"}"#)

    @Test func `each attempt is a span with what AWS's clients record`() throws {
        let tracer = InMemoryTracer()
        let service = try FaultyService([Self.slow, .status(503), Self.answered])
        try withServices([service], tracer: tracer) { caller in
            tracer.withSpan("request") { _ in
                #expect(caller.call(Self.query).attempts == 3)
            }
        }
        let spans = tracer.finishedSpans.filter { $0.operationName == "dynamodb" }
        try #require(spans.count == 3)
        #expect(
            spans.allSatisfy { $0.kind == .client && $0.parentSpanID == tracer.finishedSpans.last?.spanID })
        for (index, span) in spans.enumerated() {
            #expect(span.attributes.get("aws.operation") == "Query")
            #expect(span.attributes.get("aws.table_name") == "audit-records")
            #expect(span.attributes.get("aws.region") == "eu-west-1")
            #expect(span.attributes.get("aws.retries") == .int64(Int64(index)))
        }
        #expect(spans.map { $0.attributes.get("http.response.status_code") } == [400, 503, 200])
        #expect(spans.map { $0.attributes.get("aws.request_id") } == ["R0", nil, "R1"])
        #expect(spans.map { $0.attributes.get("aws.throttled") } == [true, nil, nil])
        #expect(spans.map { $0.attributes.get("error.type") } == ["ThrottlingException", "server", nil])
        #expect(spans.map(\.errors.count) == [1, 1, 0])
        #expect(spans[0].errors.first.map { "\($0.error)" }?.contains("slow") == true)
    }

    @Test func `the trace is handed on by headers that are not signed`() throws {
        let tracer = InMemoryTracer()
        let service = try FaultyService(then: Self.answered)
        try withServices([service], tracer: tracer) { caller in
            tracer.withSpan("request") { _ in
                #expect(caller.call(Self.query).attempts == 1)
            }
        }
        let headers = try #require(service.requests.first?.headers)
        let span = try #require(tracer.finishedSpans.first)
        #expect(headers[InMemoryTracer.spanIDKey] == span.spanID)
        let authorization = try #require(headers["Authorization"])
        #expect(authorization.contains("x-amz-date") && !authorization.contains(InMemoryTracer.spanIDKey))
    }

    @Test func `without a current context there is no span and no header`() throws {
        let tracer = InMemoryTracer()
        let service = try FaultyService([Self.slow], then: Self.answered)
        try withServices([service], tracer: tracer) { caller in
            #expect(caller.call(Self.query).attempts == 2)
        }
        #expect(tracer.finishedSpans.isEmpty && tracer.performedContextInjections.isEmpty)
        #expect(service.requests.allSatisfy { $0.headers[InMemoryTracer.spanIDKey] == nil })
    }

    @Test func `no answer at all ends the span with its error`() throws {
        let tracer = InMemoryTracer()
        let service = try FaultyService(then: .close())
        try withServices([service], tracer: tracer) { caller in
            tracer.withSpan("request") { _ in
                #expect(caller.call(Self.query).kind == .connection)
            }
        }
        let spans = tracer.finishedSpans.dropLast()
        #expect(spans.count == 4)
        #expect(spans.allSatisfy { $0.attributes.get("error.type") == "connection" && $0.errors.count == 1 })
        #expect(spans.allSatisfy { $0.attributes.get("http.response.status_code") == nil })
        #expect(tracer.activeSpans.isEmpty)
    }
}
