package import Tracing

/// A span of a RequestTracer: a place in a segment, or none where the request is not sampled.
///
/// Events and links are not kept: X-Ray has no place for them.
package struct RequestSpan: Tracing.Span {
    /// The context for what is done within this span.
    package let context: ServiceContext
    let recording: Recording?

    /// Whether the request is sampled, so that attributes are worth gathering.
    package var isRecording: Bool { recording != nil }

    /// The name that the subsegment has. A root's is its annotation `operation`, since the segment has the
    /// service's. Empty where the request is not sampled.
    package var operationName: String {
        get { recording.map { $0.segment.read($0.index) { $0.name } } ?? "" }
        nonmutating set { change { $0.name = newValue } }
    }

    /// What is known of the span, by the names that docs/tracing.md lists; others become annotations. To set several,
    /// `updateAttributes` takes the lock once for all. Empty where the request is not sampled.
    package var attributes: SpanAttributes {
        get { recording.map { $0.segment.read($0.index) { $0.attributes } } ?? [:] }
        nonmutating set { change { $0.attributes = newValue } }
    }

    /// Says that what the span did has failed, or not. The message is shown as that of an error, unless one is
    /// recorded.
    package func setStatus(_ status: SpanStatus) {
        change { $0.status = status }
    }

    /// Shows an error and its description, which must hold no secret. The last one that is recorded counts.
    package func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        guard isRecording else { return }
        let fault = SpanFault(type: "\(type(of: error))", message: "\(error)")
        change {
            $0.fault = fault
            $0.attributes.merge(attributes)
        }
    }

    /// Does nothing.
    package func addEvent(_ event: SpanEvent) {}

    /// Does nothing.
    package func addLink(_ link: SpanLink) {}

    /// Ends the span. With a root's end its segment is sent, on this thread. Only the first call counts.
    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        guard let recording else { return }
        recording.segment.end(recording.index, at: instant().nanosecondsSinceEpoch)
    }

    private func change(_ body: (inout SpanRecord) -> Void) {
        guard let recording else { return }
        recording.segment.change(recording.index, body)
    }
}
