import AuditRecords
import CoreMetrics
import Foundation
import QueryService
import Synchronization

/// What forwarders' files tell, as metrics: of each one, and of the worst. Those of one that is gone are zero.
struct ForwarderGauges: Sendable {
    /// The metrics of one forwarder.
    private struct Meters {
        let lag, backlog, refused, silence: Meter

        init(_ forwarder: String, _ factory: any MetricsFactory) {
            func meter(_ name: MetricName) -> Meter {
                Meter(
                    label: name.rawValue, dimensions: [(MetricName.forwarder, forwarder)], factory: factory)
            }
            lag = meter(.forwarderLag)
            backlog = meter(.forwarderBacklog)
            refused = meter(.forwarderRefused)
            silence = meter(.forwarderSilence)
        }

        func set(_ status: ForwarderStatus?, at now: Timestamp) {
            lag.set(status?.lagSeconds ?? 0)
            backlog.set(status?.backlog ?? 0)
            refused.set(status?.refused ?? 0)
            let delivered = status?.delivered.map { Int64($0.timeIntervalSince1970) }
            silence.set(delivered.map { max(0, now.seconds - $0) } ?? 0)
        }
    }

    /// Metrics of their own have so many, for each costs: others are in those of the worst alone.
    private static let limit = 16

    private let factory: any MetricsFactory
    private let lag: Meter
    private let refused: Meter
    private let meters = SharedMeters()

    private final class SharedMeters: Sendable {
        let all = Mutex<[String: Meters]>([:])
    }

    init(_ factory: any MetricsFactory) {
        self.factory = factory
        lag = Meter(label: MetricName.forwardLag.rawValue, factory: factory)
        refused = Meter(label: MetricName.forwardRefused.rawValue, factory: factory)
    }

    /// Zeros where nothing is forwarded.
    func set(_ forwarders: [ForwarderStatus], at now: Timestamp) {
        lag.set(forwarders.map(\.lagSeconds).max() ?? 0)
        refused.set(forwarders.map(\.refused).reduce(0, +))
        let found = Dictionary(forwarders.map { ($0.name, $0) }) { $1 }
        meters.all.withLock { all in
            for forwarder in forwarders where all[forwarder.name] == nil && all.count < Self.limit {
                all[forwarder.name] = Meters(forwarder.name, factory)
            }
            for (name, meters) in all { meters.set(found[name], at: now) }
        }
    }
}
