import AuditRecords
import AWS
import Evidence
import QueryService
import SQLiteRecords
import Foundation
import Telemetry

/// A worker as it is at a moment, as its status socket shows it. docs/operations.md describes it as JSON, and others read that:
/// a member that goes or means something else is a change like one of the HTTP interface.
struct WorkerStatus: Codable, Sendable {
    /// A thread that answers a request.
    struct Busy: Codable, Sendable {
        let thread: Int
        /// A stage of the request's way: read, authenticate, validate, cache, store or respond.
        let stage: String
        let seconds: Double
    }

    /// Something that failed, and when.
    struct Failure: Codable, Sendable {
        let time: Date
        let error: String
    }

    /// A region of the store.
    struct Region: Codable, Sendable {
        let name: String
        /// False while it is given up for the next one.
        let isAsked: Bool
        /// The last request that it failed; nil if none has.
        let lastFailure: Failure?
    }

    /// An index of the embedded store that not every query needs.
    struct Index: Codable, Sendable, Hashable {
        /// `attribute` or `words`.
        let kind: String
        /// The attribute's path; nil for the index of words.
        let attribute: String?
        /// It has every entry up to this one, in the order of arrival.
        let indexed: Int64
        /// The last entry that has come.
        let last: Int64
        let isComplete: Bool
    }

    /// Where the records are.
    struct Store: Codable, Sendable {
        let name: String
        /// Whether it answered when it was read last.
        let isAnswering: Bool
        /// The last read that failed; nil if none has.
        let lastFailure: Failure?
        /// None for the embedded store.
        let regions: [Region]
        /// Of the embedded store; nil where that cannot be told, and from a worker of an earlier version.
        let indexes: [Index]?
    }

    /// The log of seals, where days are sealed.
    struct Seals: Codable, Sendable, Hashable {
        let count: Int
        /// The last day that is sealed, as 2026-01-31; nil where none is.
        let lastDay: String?
        /// When `seal` last ended; nil where that is not told.
        let lastRun: Date?
        /// Days that were sealed anew in the last 7 days since records had vanished or changed.
        let faults: Int
    }

    let version: String
    let process: Int32
    let environment: String
    let region: String
    /// When it began to serve.
    let started: Date
    let uptimeSeconds: Double
    let logLevel: String
    /// Until when `audit-query log-level` has set it; nil while it is the configuration's.
    let logLevelUntil: Date?
    let threads: Int
    let busy: [Busy]
    let keys: Int
    let store: Store
    /// Nil where no day is sealed, where the log cannot be read, and from a worker of an earlier version.
    let seals: Seals?
    /// Nil where nothing is forwarded, and from a worker of an earlier version.
    let forwarders: [ForwarderStatus]?
    let metrics: [MetricSample]

    /// Writes it, and all that holds it, as others read it.
    static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return encoder
    }

    /// Reads what ``encoder`` writes.
    static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }
}

extension WorkerStatus.Store {
    init(_ store: ConfiguredStore, _ health: StoreHealth, indexes: [IndexState]?) {
        name = store.name
        isAnswering = health.isAnswering
        lastFailure = health.lastFailure.map {
            WorkerStatus.Failure(
                time: Date(timeIntervalSince1970: Double($0.time.seconds)), error: $0.description)
        }
        regions = store.regions.map(WorkerStatus.Region.init)
        self.indexes = indexes.map { $0.map(WorkerStatus.Index.init) }
    }
}

extension WorkerStatus.Index {
    fileprivate init(_ state: IndexState) {
        kind = state.path == nil ? "words" : "attribute"
        attribute = state.path?.description
        (indexed, last, isComplete) = (state.indexed, state.last, state.isComplete)
    }
}

extension WorkerStatus.Seals {
    init(_ summary: SealSummary) {
        count = summary.count
        lastDay = summary.lastDay.map { String(decoding: $0.text, as: UTF8.self) }
        lastRun = summary.ended.map { Date(timeIntervalSince1970: Double($0.seconds)) }
        faults = summary.faults
    }
}

extension WorkerStatus.Region {
    fileprivate init(_ state: RegionState) {
        name = state.name
        isAsked = state.isAsked
        lastFailure = state.lastFailure.map { WorkerStatus.Failure(time: $0.time, error: $0.description) }
    }
}
