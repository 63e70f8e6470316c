import Foundation
import Glibc

/// The workers of a host, and how nginx reaches them.
struct Pool {
    let host: Host
    let services: ServiceManager
    let site: ServerSite

    init(_ host: Host) {
        self.host = host
        services = ServiceManager(host: host)
        site = ServerSite(host: host, services: services)
    }

    /// Makes the pool what is wanted, or leaves it as it is.
    ///
    /// - Returns: what it is now, for people.
    func set(_ wanted: PoolSettings, replacingSite: Bool) throws(HostError) -> String {
        let (steps, summary) = try steps(to: wanted, replacingSite: replacingSite)
        try steps.make(on: host)
        return summary
    }

    /// The steps to the wanted pool. Without a number of workers there is one a core.
    func steps(to wanted: PoolSettings, replacingSite: Bool) throws(HostError) -> ([Step], summary: String) {
        var wanted = wanted
        let count =
            wanted.workers
            ?? min(ProcessInfo.processInfo.activeProcessorCount, PoolSettings.counts.upperBound)
        wanted.workers = count
        let text = wanted.certificate.isEmpty ? nil : try site.text(wanted, replacing: replacingSite)
        let state = PoolState(of: host, wanted: count)
        let plan = PoolStep.plan(from: state, to: wanted, count: count, site: text)
        return (plan.map { step($0, state) }, wanted.summary(workers: count))
    }

    private func step(_ step: PoolStep, _ state: PoolState) -> Step {
        switch step {
        case .start(let number, let isNew): start(WorkerUnits(number: number), isNew: isNew)
        case .serve(let text): site.step(text)
        case .enable(let count, let new): enable(1...count, new: new)
        case .startTarget: startTarget
        case .keep(let text): keep(text)
        case .limitMemory(let text): limitMemory(text)
        case .remove(let number):
            remove(WorkerUnits(number: number), wasActive: state.active.contains(number))
        }
    }

    private func start(_ worker: WorkerUnits, isNew: Bool) -> Step {
        Step(name: "start worker \(worker.number)") { () throws(HostError) in
            try services.startTelling(worker)
        } takeBack: { () throws(HostError) in
            // One of the pool that did not run goes on being tried by systemd.
            if isNew { try services.remove(worker) }
        }
    }

    private func enable(_ numbers: ClosedRange<Int>, new: [Int]) -> Step {
        let wasEnabled = services.isEnabled(WorkerUnits.target)
        return Step(name: "enable the pool at boot") { () throws(HostError) in
            let units = numbers.flatMap { WorkerUnits(number: $0).all }
            try services.enable([WorkerUnits.target] + units)
        } takeBack: { () throws(HostError) in
            let added = new.flatMap { WorkerUnits(number: $0).all } + (wasEnabled ? [] : [WorkerUnits.target])
            if !added.isEmpty { try services.disable(added) }
        }
    }

    private var startTarget: Step {
        Step(name: "start \(WorkerUnits.target)") { () throws(HostError) in
            try services.start([WorkerUnits.target])
        } takeBack: { () throws(HostError) in
            try services.stop([WorkerUnits.target])
        }
    }

    private func keep(_ text: String) -> Step {
        let file = ReplacedFile(host.path(PoolSettings.path))
        return Step(
            name: "write \(PoolSettings.path)", make: { () throws(HostError) in try file.write(text) },
            takeBack: file.takeBack, settle: file.settle)
    }

    private func limitMemory(_ text: String) -> Step {
        let path = host.path(PoolStep.memoryPath)
        let folder = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex))
        let file = ReplacedFile(path)
        return Step(name: "limit the workers' memory") { () throws(HostError) in
            guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw .system(folder) }
            try file.write(text)
            // Running workers get it too.
            try services.reloadUnits()
        } takeBack: { () throws(HostError) in
            try file.takeBack()
            // Only an empty one goes.
            rmdir(folder)
            try services.reloadUnits()
        } settle: {
            file.settle()
        }
    }

    private func remove(_ worker: WorkerUnits, wasActive: Bool) -> Step {
        Step(name: "stop worker \(worker.number)") { () throws(HostError) in
            try services.remove(worker)
        } takeBack: { () throws(HostError) in
            try services.enable(worker.all)
            if wasActive { try services.startTelling(worker) }
        }
    }
}

extension ServiceManager {
    /// Starts a worker; what it throws is what the worker said last.
    func startTelling(_ worker: WorkerUnits) throws(HostError) {
        forgetFailures(worker.all)
        try telling(worker, "does not start") { () throws(HostError) in try start(worker.all) }
    }

    /// Does something to a worker that makes it start; what it throws is what the worker said last.
    func telling(
        _ worker: WorkerUnits, _ what: String, _ body: () throws(HostError) -> Void
    ) throws(HostError) {
        let now = Int(Date().timeIntervalSince1970)
        do throws(HostError) {
            try body()
        } catch {
            throw HostError(
                "worker \(worker.number) \(what): \(reason(worker, since: now) ?? error.description)")
        }
    }

    /// Stops a worker, and does not start it at boot.
    func remove(_ worker: WorkerUnits) throws(HostError) {
        try disableNow(worker.all)
        forgetFailures(worker.all)
    }

    private func reason(_ worker: WorkerUnits, since second: Int) -> String? {
        let words = [
            "--namespace=audit-query", "--unit=\(worker.service)", "--since=@\(second)", "--output=cat",
            "--quiet",
            "--lines=20", "--identifier=audit-query",
        ]
        let said = host.run(ToolCall(program: "journalctl", arguments: words)).output.split(separator: "\n")
        // Behind what is wrong with a configuration stands a line that says which one was read.
        let isReason = { (line: Substring) in
            line.contains { !$0.isWhitespace } && !line.hasPrefix("audit-query: configuration: ")
        }
        if let line = said.last(where: isReason) { return String(line).printable }
        let result = property("Result", of: worker.service)
        return result.isEmpty || result == "success" ? nil : result
    }
}
