import QueryService
import Telemetry
import TestSupport
import Testing
import Tracing
@testable import DemoData

@Suite struct DocumentSizeTests {
    private static let pieces = [
        "a", "\"", "\\", "\u{0}", "\n", "\u{e9}", "\u{1F4A9}", "e\u{301}", " ", "</", "\u{2028}",
    ]
    private static let texts: [String] = {
        var random = SplitMix64(seed: 1)
        return (0..<100).map { index in
            (0..<[0, 1, 10, 300, 2000][index % 5]).map { _ in pieces.randomElement(using: &random) ?? "" }
                .joined()
        }
    }()

    private func text(_ random: inout SplitMix64) -> String {
        Self.texts.randomElement(using: &random) ?? ""
    }

    private func fill(_ span: RequestSpan, _ random: inout SplitMix64) {
        var attributes: SpanAttributes = [:]
        for _ in 0..<([0, 1, 5, 40].randomElement(using: &random) ?? 0) {
            attributes[text(&random)] = text(&random)
        }
        for name in [
            "http.request.method", "url.path", "client.address", "user_agent.original", "aws.operation",
            "aws.table_name", "aws.request_id",
        ] {
            if Bool.random(using: &random) { attributes[name] = text(&random) }
        }
        attributes["figure"] = [Double.nan, .infinity, 1e300, -0.0].randomElement(using: &random) ?? 0
        span.attributes = attributes
        if Int.random(in: 0..<4, using: &random) == 0 { span.recordError(Failure(text(&random))) }
    }

    @Test func `no document is larger than 64 kB, and together they are one whole tree`() throws {
        forAll(cases: 8) { random in
            let sent = SentTraces()
            let tracer = sent.tracer(name: text(&random))
            let root = tracer.startSpan(text(&random), ofKind: .server)
            fill(root, &random)
            var spans = [root]
            for _ in 0..<([0, 3, 40, 120].randomElement(using: &random) ?? 0) {
                let parent = spans.randomElement(using: &random) ?? root
                spans.append(tracer.startSpan(text(&random), context: parent.context, ofKind: .client))
                if let last = spans.last { fill(last, &random) }
            }
            for span in spans.reversed() { span.end() }
            for datagram in sent.datagrams {
                try require(datagram.count <= 64_000, "a datagram of \(datagram.count) bytes")
            }
            let documents = try sent.documents()
            let all = documents.flatMap(\.all)
            try require(all.count == spans.count, "\(all.count) of \(spans.count)")
            let ids = Set(all.map(\.id))
            try require(ids.count == all.count, "an id comes twice")
            try require(
                documents.dropFirst().allSatisfy {
                    ids.contains($0.parent_id ?? "") && $0.type == "subsegment"
                }, "an orphan")
            try require(Set(documents.map(\.trace_id)).count == 1, "two traces")
        }
    }

    @Test func `what fits is one document`() throws {
        let sent = SentTraces()
        let tracer = sent.tracer()
        tracer.withSpan("request", ofKind: .server) { _ in
            for _ in 0..<250 {
                tracer.withSpan("dynamodb", ofKind: .client) { $0.attributes["aws.operation"] = "Query" }
            }
        }
        #expect(try sent.only().all.count == 251)
    }
}
