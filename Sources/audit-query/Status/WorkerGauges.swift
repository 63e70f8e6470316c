import AuditRecords
import QueryService
import CoreMetrics

/// The metrics that show a state and are set when somebody looks.
struct WorkerGauges: Sendable {
    private let cacheBytes: Meter
    private let cacheEntries: Meter
    private let storeWaiting: Meter
    private let threadsBusy: Meter
    private let followersWaiting: Meter
    private let keysLoaded: Meter
    private let sealAge: Meter
    private let sealFaults: Meter

    init(_ factory: any MetricsFactory) {
        func meter(_ name: MetricName) -> Meter { Meter(label: name.rawValue, factory: factory) }
        cacheBytes = meter(.cacheBytes)
        cacheEntries = meter(.cacheEntries)
        storeWaiting = meter(.storeWaiting)
        threadsBusy = meter(.threadsBusy)
        followersWaiting = meter(.followersWaiting)
        keysLoaded = meter(.keysLoaded)
        sealAge = meter(.sealAge)
        sealFaults = meter(.sealFaults)
    }

    func set(_ occupancy: Occupancy, threadsBusy busy: Int, waiting: Int, keys: Int) {
        cacheBytes.set(occupancy.cacheBytes)
        cacheEntries.set(occupancy.cacheEntries)
        storeWaiting.set(occupancy.storeWaiting)
        threadsBusy.set(busy)
        followersWaiting.set(waiting)
        keysLoaded.set(keys)
    }

    /// Zeros where no day is sealed.
    func set(_ seals: SealSummary?, at now: Timestamp) {
        let seconds = seals?.ended.map { max(0, now.seconds - $0.seconds) } ?? 0
        sealAge.set(seconds / 3600)
        sealFaults.set(seals?.faults ?? 0)
    }
}
