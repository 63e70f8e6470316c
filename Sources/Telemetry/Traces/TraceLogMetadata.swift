package import Logging
internal import Tracing

extension Logger.MetadataProvider {
    /// Adds `TRACE_ID` to the lines of a request whose trace is known, sampled or not, as X-Ray's console finds
    /// it.
    package static let traceID = Logger.MetadataProvider {
        ServiceContext.current?.traceContext?.traceID.map { ["TRACE_ID": "\($0)"] } ?? [:]
    }
}
