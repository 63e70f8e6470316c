import Files

/// The pool of a host as it is.
struct PoolState: Equatable {
    /// The numbers of the workers that are enabled, in order.
    var enabled: [Int] = []
    /// Those that run, of the ones that are enabled or wanted.
    var active: Set<Int> = []
    var isTargetActive = false
    /// The contents of the files that the pool writes; nil for those that are not there.
    var settings: String?
    var memoryDropIn: String?

    init() {}

    /// Looks at a host.
    init(of host: Host, wanted count: Int) {
        let services = ServiceManager(host: host)
        enabled = WorkerUnits.enabled(on: host).map(\.number)
        let known = Set(enabled).union(1...count).sorted().map(WorkerUnits.init)
        let running = Set(services.active(known.map(\.service)))
        active = Set(known.filter { running.contains($0.service) }.map(\.number))
        isTargetActive = services.isActive(WorkerUnits.target)
        settings = try? textFile(host.path(PoolSettings.path))
        memoryDropIn = try? textFile(host.path(PoolStep.memoryPath))
    }
}
