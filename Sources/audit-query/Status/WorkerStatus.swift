import Telemetry

/// A worker as it is at a moment, as its status socket shows it.
struct WorkerStatus: Codable, Sendable {
    /// A thread that answers a request.
    struct Busy: Codable, Sendable {
        let thread: Int
        /// A stage of the request's way: read, authenticate, validate, cache, store or respond.
        let stage: String
        let seconds: Double
    }

    /// A region of the store.
    struct Region: Codable, Sendable {
        let name: String
        /// False while it is given up for the next one.
        let isAsked: Bool
    }

    let version: String
    let process: Int32
    let environment: String
    let region: String
    /// When it began to serve, in seconds since 1970.
    let started: Double
    let uptimeSeconds: Double
    let logLevel: String
    let threads: Int
    let busy: [Busy]
    let keys: Int
    let store: String
    let regions: [Region]
    let metrics: [MetricSample]
}
