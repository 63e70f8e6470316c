/// A step on the way from one pool to another.
enum PoolStep: Equatable {
    /// Starts a worker. One that was not in the pool is taken away again when that is undone.
    case start(Int, isNew: Bool)
    /// Makes nginx serve with this site, and waits until nobody is served by the one of before.
    case serve(site: String)
    /// Has the workers up to a number started at boot; those from the second number on were not before.
    case enable(upTo: Int, new: [Int])
    case startTarget
    /// Keeps the settings for the next call.
    case keep(String)
    /// Gives running and future workers a limit of memory, as a drop-in of their units.
    case limitMemory(String)
    /// Stops a worker for good.
    case remove(Int)

    static let memoryPath = "/etc/systemd/system/audit-query@.service.d/memory.conf"

    /// The way to the wanted pool, in an order that loses no request: workers are ready before nginx knows them, and go when
    /// nginx has forgotten them. What a full disk may refuse comes before what takes workers away.
    static func plan(from state: PoolState, to wanted: PoolSettings, count: Int, site: String?) -> [PoolStep]
    {
        let numbers = 1...count
        let started = numbers.filter { !state.active.contains($0) }
        var steps = started.map { PoolStep.start($0, isNew: !state.enabled.contains($0)) }
        if let site { steps.append(.serve(site: site)) }
        steps.append(.enable(upTo: count, new: numbers.filter { !state.enabled.contains($0) }))
        if !state.isTargetActive { steps.append(.startTarget) }
        if state.settings != wanted.text { steps.append(.keep(wanted.text)) }
        if state.memoryDropIn != wanted.memoryDropIn { steps.append(.limitMemory(wanted.memoryDropIn)) }
        return steps + state.enabled.filter { !numbers.contains($0) }.map(PoolStep.remove)
    }
}
