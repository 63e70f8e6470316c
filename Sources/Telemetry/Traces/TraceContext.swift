package import Tracing

/// What a ServiceContext knows of the trace that its work belongs to.
package struct TraceContext: Sendable {
    /// The trace's id; nil for a request that came without one and is not sampled.
    package let traceID: TraceID?
    /// The span that new ones are below: the caller's until this service has one of its own.
    let parent: SpanID?
    /// Whether the request is sampled; nil until that is decided.
    let isSampled: Bool?
    /// Where its spans are recorded, while it is sampled and after it has begun here.
    var recording: Recording?

    /// A request that is not sampled, and whose trace nobody has named.
    static let notSampled = TraceContext(traceID: nil, parent: nil, isSampled: false)

    fileprivate enum Key: ServiceContextKey {
        typealias Value = TraceContext
        static var nameOverride: String? { "x-ray" }
    }
}

extension ServiceContext {
    /// The trace of this work, if it has one.
    package internal(set) var traceContext: TraceContext? {
        get { self[TraceContext.Key.self] }
        set { self[TraceContext.Key.self] = newValue }
    }
}
