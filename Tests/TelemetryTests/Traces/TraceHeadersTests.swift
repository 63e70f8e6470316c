import QueryService
import Telemetry
import TestSupport
import Testing
import Tracing
@testable import DemoData

@Suite struct TraceHeadersTests {
    private static let root = "1-5759e988-bd862e3fe1be46a994272793"
    private static let w3c = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"
    private let sent = SentTraces()

    private func context(_ headers: [String: String]) -> ServiceContext {
        var context = ServiceContext.topLevel
        sent.tracer().extract(headers, into: &context, using: Headers())
        return context
    }

    private func injected(_ context: ServiceContext) -> [String: String] {
        var headers: [String: String] = [:]
        sent.tracer().inject(context, into: &headers, using: Headers())
        return headers
    }

    /// The segment of a request with these headers, as a sampler would have it; nil if it is not sampled.
    private func segment(_ headers: [String: String], rate: Double) throws -> SegmentDocument? {
        let sent = SentTraces()
        let tracer = sent.tracer(rate: rate)
        var context = ServiceContext.topLevel
        tracer.extract(headers, into: &context, using: Headers())
        tracer.startSpan("request", context: context, ofKind: .server).end()
        return try sent.documents().first
    }

    @Test func `a trusted header decides on sampling, unless it leaves that to us`() throws {
        let parent = "Root=\(Self.root);Parent=53995c3f42cd8ad8"
        for rate in [0.0, 1.0] {
            #expect(
                try segment(["x-amzn-trace-id": "\(parent);Sampled=1"], rate: rate)?.trace_id == Self.root)
            #expect(try segment(["x-amzn-trace-id": "\(parent);Sampled=0"], rate: rate) == nil)
            for undecided in ["\(parent);Sampled=?", parent, "\(parent);Sampled=x"] {
                let segment = try segment(["x-amzn-trace-id": undecided], rate: rate)
                #expect((segment != nil) == (rate == 1))
                #expect(segment == nil || segment?.parent_id == "53995c3f42cd8ad8")
            }
        }
    }

    @Test(arguments: ["00", "01"]) func `a traceparent names the trace, and decides nothing`(flag: String)
        throws
    {
        let headers = ["traceparent": "\(Self.w3c.dropLast(2))\(flag)"]
        #expect(try segment(headers, rate: 0) == nil)
        let segment = try #require(try segment(headers, rate: 1))
        #expect(segment.trace_id == Self.root && segment.parent_id == "53995c3f42cd8ad8")
    }

    @Test func `of both headers X-Ray's counts, unless it is malformed`() throws {
        let other = "1-00000001-000000000000000000000002"
        let both = ["x-amzn-trace-id": "Root=\(other)", "traceparent": Self.w3c]
        #expect(try segment(both, rate: 1)?.trace_id == other)
        let broken = ["x-amzn-trace-id": "Root=1-2-3", "traceparent": Self.w3c]
        #expect(try segment(broken, rate: 1)?.trace_id == Self.root)
    }

    @Test(arguments: [
        " Sampled=1 ; Parent=53995C3F42CD8AD8;Self=1-2-3; Root=1-5759E988-BD862E3FE1BE46A994272793;Lineage=a:0",
        "Root=\(root);Parent=53995c3f42cd8ad8;Sampled=1;Root=1-00000001-000000000000000000000002;x;=;",
    ]) func `fields may come in any order, among others`(text: String) throws {
        let headers = injected(context(["x-amzn-trace-id": text]))
        #expect(headers["x-amzn-trace-id"] == "Root=\(Self.root);Parent=53995c3f42cd8ad8;Sampled=1")
        #expect(headers["traceparent"] == Self.w3c)
    }

    @Test(arguments: [
        "", "Root=", "Root=1-5759e988", "Root=2-5759e988-bd862e3fe1be46a994272793",
        "Root=1-5759e98-bd862e3fe1be46a994272793", "Root=1-5759e988-bd862e3fe1be46a99427279",
        "Root=1-5759e988-bd862e3fe1be46a9942727930", "Root=1-5759e988-bd862e3fe1be46a99427279g",
        "Root=1-5759e988-bd862e3fe1be46a994272793-", "Root=1-00000000-000000000000000000000000",
        "Root=\(root);Parent=53995c3f42cd8ad", "Root=\(root);Parent=0000000000000000",
        "Parent=53995c3f42cd8ad8",
        "root=\(root)", "Root=\(root)" + String(repeating: ";a=b", count: 300),
        "Root=1-+759e988-bd862e3fe1be46a994272793",
    ]) func `a malformed X-Amzn-Trace-Id is as none`(text: String) throws {
        #expect(context(["x-amzn-trace-id": text]).isEmpty)
        let segment = try #require(try segment(["x-amzn-trace-id": text], rate: 1))
        #expect(segment.trace_id != Self.root && segment.parent_id == nil)
    }

    @Test(
        arguments: [
            "", "00", "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8",
            "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-1",
            "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01-", w3c + "-x", "ff" + w3c.dropFirst(2),
            "0" + w3c.dropFirst(2), "00-5759E988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01",
            "00-00000000000000000000000000000000-53995c3f42cd8ad8-01",
            "00-5759e988bd862e3fe1be46a994272793-0000000000000000-01",
            "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-0g",
        ] as [String]) func `a malformed traceparent is as none`(text: String) throws
    {
        #expect(context(["traceparent": text]).isEmpty)
    }

    @Test func `a later version of traceparent is read as far as it is known`() {
        #expect(
            injected(context(["traceparent": "cc" + Self.w3c.dropFirst(2) + "-more-to-come"]))["traceparent"]
                == String(Self.w3c.dropLast()) + "0")
    }

    @Test func `headers name the current span as the parent`() throws {
        let tracer = sent.tracer()
        let root = tracer.startSpan("request", context: context(["traceparent": Self.w3c]), ofKind: .server)
        let child = tracer.startSpan("dynamodb", context: root.context, ofKind: .client)
        let headers = injected(child.context)
        child.end()
        root.end()
        let id = try #require(try sent.only().subsegments?.first?.id)
        #expect(headers["x-amzn-trace-id"] == "Root=\(Self.root);Parent=\(id);Sampled=1")
        #expect(headers["traceparent"] == "00-\(Self.w3c.dropFirst(3).prefix(32))-\(id)-01")
        #expect(injected(.topLevel).isEmpty)
    }

    @Test func `a request that is not sampled hands its trace on as such`() {
        let tracer = sent.tracer(rate: 0)
        let root = tracer.startSpan("request", context: context(["traceparent": Self.w3c]), ofKind: .server)
        let headers = injected(root.context)
        #expect(headers["x-amzn-trace-id"] == "Root=\(Self.root);Parent=53995c3f42cd8ad8;Sampled=0")
        #expect(headers["traceparent"]?.hasSuffix("-00") == true)
        #expect(injected(tracer.startSpan("request", ofKind: .server).context).isEmpty)
    }

    @Test func `what is written is read as the same`() {
        forAll(cases: 500) { random in
            let tracer = sent.tracer()
            let written = injected(tracer.startSpan("request", ofKind: .server).context)
            let key = Bool.random(using: &random) ? "x-amzn-trace-id" : "traceparent"
            let read = injected(context([key: written[key] ?? ""]))
            try require(
                read["traceparent"]?.dropLast(2) == written["traceparent"]?.dropLast(2), "\(written) \(read)")
            try require(
                key == "traceparent" || read["x-amzn-trace-id"] == written["x-amzn-trace-id"],
                "\(written) \(read)")
        }
    }

    @Test func `whatever is read can be written and read again`() {
        forAll(cases: 5000) { random in
            let isXRay = Bool.random(using: &random)
            let key = isXRay ? "x-amzn-trace-id" : "traceparent"
            let text = isXRay ? "Root=\(Self.root);Parent=53995c3f42cd8ad8;Sampled=1" : Self.w3c
            let mutated = mutate(text, &random)
            let context = context([key: mutated])
            guard !context.isEmpty else { return }
            let again = self.context(injected(context))
            let same = context.traceContext?.traceID == again.traceContext?.traceID
            try require(same && !again.isEmpty, "\(mutated) becomes \(injected(context))")
        }
    }

    /// Some of its characters changed, left out or doubled.
    private func mutate(_ text: String, _ random: inout SplitMix64) -> String {
        var scalars = Array(text.unicodeScalars)
        let others = Array("0aF=;- \t?\u{e9}\u{0}\u{1F4A9}".unicodeScalars)
        for _ in 0..<Int.random(in: 0...3, using: &random) where !scalars.isEmpty {
            let index = Int.random(in: scalars.indices, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: scalars.remove(at: index)
            case 1: scalars.insert(scalars[index], at: index)
            case 2: scalars.removeSubrange(index...)
            default: scalars[index] = others.randomElement(using: &random) ?? "0"
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
