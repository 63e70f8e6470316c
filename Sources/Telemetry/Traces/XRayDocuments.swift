internal import Tracing

/// Makes documents of a segment's spans and sends them.
struct XRayDocuments: Sendable {
    let service: String
    let version: String
    let environment: String
    let sendDocument: @Sendable ([UInt8]) -> Void

    /// The most bytes of a document with its header: X-Ray's 64 kB, and less than the 65,507 of a datagram.
    static let maximumByteCount = 64_000
    private static let header = Array("{\"format\":\"json\",\"version\":1}\n".utf8)
    /// What a document has that is no part of another: its header and what independent() adds, all of fixed width.
    private static let extraByteCount = 200

    func send(_ trace: ReadyTrace) {
        for document in documents(trace) { sendDocument(Self.header + document) }
    }

    /// The whole tree as one document if it is not too large. Else the largest subsegments become documents of
    /// their own, as do those below one in progress: that one is replaced later.
    private func documents(_ trace: ReadyTrace) -> [[UInt8]] {
        var documents: [[UInt8]] = []
        var children: [[JSONFields]] = Array(repeating: [], count: trace.spans.count)
        for (index, span) in trace.spans.enumerated().reversed() {
            var fields = own(span, index: index, trace)
            var inner = Array(children[index].reversed())
            var byteCount = inner.reduce(fields.bytes.count + Self.extraByteCount) { $0 + $1.bytes.count + 2 }
            while span.end == nil || byteCount > Self.maximumByteCount, let largest = largest(inner) {
                let child = inner.remove(at: largest)
                byteCount -= child.bytes.count + 2
                documents.append(independent(child, below: span.id, trace.traceID))
            }
            fields.add("subsegments", inner.map(\.closed))
            guard index == 0 else {
                children[span.parent].append(fields)
                continue
            }
            documents.append(
                trace.isWhole ? fields.closed : independent(fields, below: trace.caller, trace.traceID))
        }
        return documents.reversed()
    }

    private func largest(_ parts: [JSONFields]) -> Int? {
        parts.indices.max { parts[$0].bytes.count < parts[$1].bytes.count }
    }

    private func own(_ span: SpanRecord, index: Int, _ trace: ReadyTrace) -> JSONFields {
        guard index == 0, trace.isWhole else { return SpanDocument(span, name: span.name).fields }
        var document = SpanDocument(
            span, name: service,
            annotations: [("environment", .string(environment)), ("operation", .string(span.name))],
            droppedSubsegmentCount: trace.droppedCount)
        document.fields.add("trace_id", "\(trace.traceID)")
        if let caller = trace.caller { document.fields.add("parent_id", "\(caller)") }
        var about = JSONFields()
        if !version.isEmpty { about.add("version", version) }
        document.fields.add("service", about)
        return document.fields
    }

    private func independent(_ fields: JSONFields, below parent: SpanID?, _ traceID: TraceID) -> [UInt8] {
        var fields = fields
        fields.add("trace_id", "\(traceID)")
        if let parent { fields.add("parent_id", "\(parent)") }
        fields.add("type", "subsegment")
        return fields.closed
    }
}
