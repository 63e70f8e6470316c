import QueryService
import Telemetry

/// Workers as a table, a row each.
struct StatusTable {
    private var table = Table([
        "WORKER", "UP", "REQUESTS", "RATE", "ERRORS", "HITS", "P50", "P99", "BUSY", "CACHE", "KEYS", "STORE",
        "VERSION",
    ])

    /// Rates are since the readings before, of the same workers; without one, since the worker began.
    init(_ readings: [StatusReading], before: [StatusReading]) {
        for reading in readings {
            let earlier = before.first {
                $0.worker == reading.worker && $0.status?.process == reading.status?.process
            }
            add(reading, earlier: earlier?.status)
        }
    }

    func print() throws(OutputError) { try table.print() }

    private mutating func add(_ reading: StatusReading, earlier: WorkerStatus?) {
        guard let status = reading.status else {
            return table.add([reading.worker] + Array(repeating: "?", count: table.headings.count - 1))
        }
        let requests = status.requests
        let seconds = status.uptimeSeconds - (earlier?.uptimeSeconds ?? 0)
        let rate = Double(requests - (earlier?.requests ?? 0)) / max(seconds, 0.001)
        table.add([
            reading.worker, Self.text(seconds: status.uptimeSeconds), String(requests),
            "\(Int(rate.rounded()))/s",
            String(status.count(.queryError)),
            status.hitRate.map { "\(Int(($0 * 100).rounded(.down))) %" } ?? "-",
            Self.text(milliseconds: status.duration(0.5)), Self.text(milliseconds: status.duration(0.99)),
            status.busyText, "\(status.count(.cacheBytes) >> 20) MiB", String(status.keys), status.storeText,
            status.version,
        ])
    }

    /// A time as people say it.
    static func text(seconds: Double) -> String {
        let seconds = Int(seconds)
        return switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3600: "\(seconds / 60) min"
        case ..<86_400: "\(seconds / 3600) h \(seconds % 3600 / 60) min"
        default: "\(seconds / 86_400) d \(seconds % 86_400 / 3600) h"
        }
    }

    private static func text(milliseconds: Double?) -> String {
        guard let milliseconds else { return "-" }
        return milliseconds < 10
            ? "\((milliseconds * 100).rounded() / 100) ms" : "\(Int(milliseconds.rounded())) ms"
    }
}

extension WorkerStatus {
    /// Queries answered, whatever the answer.
    fileprivate var requests: Int { count(.querySuccess) + count(.queryRejected) + count(.queryError) }

    /// The share of queries that the cache answered; nil before the first.
    fileprivate var hitRate: Double? {
        let hits = count(.cacheHit)
        let all = hits + count(.cacheMiss)
        return all == 0 ? nil : Double(hits) / Double(all)
    }

    /// A counter or gauge; 0 when the worker has none of that name.
    fileprivate func count(_ name: MetricName) -> Int {
        switch value(name) {
        case .count(let count): Int(count)
        case .gauge(let value), .total(let value): Int(value)
        default: 0
        }
    }

    /// The milliseconds that this share of queries did not exceed.
    fileprivate func duration(_ share: Double) -> Double? {
        if case .distribution(let distribution) = value(.queryDuration) {
            distribution.percentile(share)
        } else {
            nil
        }
    }

    /// `3/384 store 2, validate 1`
    fileprivate var busyText: String {
        let stages = Dictionary(grouping: busy, by: \.stage).mapValues(\.count).sorted { $0.key < $1.key }
        let list = stages.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        return "\(busy.count)/\(threads)" + (list.isEmpty ? "" : " \(list)")
    }

    /// The store, whether it answers, and which of its regions are given up.
    fileprivate var storeText: String {
        let away = store.regions.filter { !$0.isAsked }.map(\.name)
        if !away.isEmpty { return store.name + " (no answer from \(away.joined(separator: ", ")))" }
        return store.name + (store.isAnswering ? "" : " (no answer)")
    }

    private func value(_ name: MetricName) -> MetricSample.Value? {
        metrics.first { $0.key.name == name.rawValue && $0.key.dimensions.isEmpty }?.value
    }
}
