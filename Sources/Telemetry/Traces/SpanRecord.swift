internal import Tracing

/// What is known of one span.
struct SpanRecord {
    let id = SpanID()
    var name: String
    /// The number of the span that this one is below. The root is below itself.
    let parent: Int
    let kind: SpanKind
    /// Nanoseconds since 1970.
    let start: UInt64
    var end: UInt64?
    var attributes: SpanAttributes = [:]
    var status: SpanStatus?
    var fault: SpanFault?
}

/// An error that a span recorded, as text.
struct SpanFault {
    let id = SpanID()
    let type: String
    let message: String
}

/// Spans to be sent: a root, or a subsegment that outlived it, comes first, and parents before children.
struct ReadyTrace {
    let traceID: TraceID
    /// The span that the first one is below.
    let caller: SpanID?
    let spans: [SpanRecord]
    /// How many more subsegments there were.
    let droppedCount: Int

    /// Whether the first span is the root of the segment.
    var isWhole: Bool { spans[0].kind == .server }
}

/// One span's place in the segment that it is recorded in.
struct Recording: Sendable {
    let segment: Segment
    let index: Int
}
