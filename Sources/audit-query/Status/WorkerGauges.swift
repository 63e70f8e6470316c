import QueryService
import CoreMetrics

/// The metrics that show a state and are set when somebody looks.
struct WorkerGauges: Sendable {
    private let cacheBytes: Meter
    private let cacheEntries: Meter
    private let storeWaiting: Meter
    private let threadsBusy: Meter
    private let keysLoaded: Meter

    init(_ factory: any MetricsFactory) {
        func meter(_ name: MetricName) -> Meter { Meter(label: name.rawValue, factory: factory) }
        cacheBytes = meter(.cacheBytes)
        cacheEntries = meter(.cacheEntries)
        storeWaiting = meter(.storeWaiting)
        threadsBusy = meter(.threadsBusy)
        keysLoaded = meter(.keysLoaded)
    }

    func set(_ occupancy: Occupancy, threadsBusy busy: Int, keys: Int) {
        cacheBytes.set(occupancy.cacheBytes)
        cacheEntries.set(occupancy.cacheEntries)
        storeWaiting.set(occupancy.storeWaiting)
        threadsBusy.set(busy)
        keysLoaded.set(keys)
    }
}
