internal import Synchronization
internal import Tracing

/// A sampled request's spans, from its root's begin to its end, when they are sent as one tree.
///
/// The spans are kept here by number and not each by itself: a span refers to its segment, and nothing refers
/// back, so a span that is never ended leaks nothing.
final class Segment: Sendable {
    let traceID: TraceID
    private let caller: SpanID?
    private let export: @Sendable (ReadyTrace) -> Void
    private let state: Mutex<State>

    /// More subsegments than this are counted and not kept. A page reads at most a few dozen partitions.
    static let maximumSubsegmentCount = 250

    private struct State {
        var spans: [SpanRecord]
        var droppedCount = 0
        var isSent = false
    }

    /// Begins a segment with its root, whose number is 0.
    init(
        traceID: TraceID, caller: SpanID?, root: SpanRecord,
        export: @escaping @Sendable (ReadyTrace) -> Void
    ) {
        self.traceID = traceID
        self.caller = caller
        self.export = export
        state = Mutex(State(spans: [root]))
    }

    /// Begins a subsegment; nil when there are too many.
    func add(_ span: SpanRecord) -> Recording? {
        state.withLock { state in
            guard state.spans.count <= Self.maximumSubsegmentCount else {
                state.droppedCount += 1
                return nil
            }
            state.spans.append(span)
            return Recording(segment: self, index: state.spans.count - 1)
        }
    }

    func read<Value>(_ index: Int, _ body: (SpanRecord) -> Value) -> Value {
        state.withLock { body($0.spans[index]) }
    }

    /// Changes a span, unless it has ended.
    func change(_ index: Int, _ body: (inout SpanRecord) -> Void) {
        state.withLock { state in
            guard state.spans[index].end == nil else { return }
            body(&state.spans[index])
        }
    }

    /// Ends a span. With the root, the tree is sent; subsegments that are open then are in it as being in
    /// progress, and each is sent by itself when it ends, which X-Ray puts in the place of the other.
    func end(_ index: Int, at time: UInt64) {
        let ready: ReadyTrace? = state.withLock { state in
            guard state.spans[index].end == nil else { return nil }
            state.spans[index].end = max(time, state.spans[index].start)
            if index == 0 {
                state.isSent = true
                return ReadyTrace(
                    traceID: traceID, caller: caller, spans: state.spans, droppedCount: state.droppedCount)
            }
            guard state.isSent else { return nil }
            let parent = state.spans[state.spans[index].parent].id
            return ReadyTrace(
                traceID: traceID, caller: parent, spans: [state.spans[index]], droppedCount: 0)
        }
        if let ready { export(ready) }
    }
}
