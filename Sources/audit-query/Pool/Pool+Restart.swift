/// What else is done to a pool: its workers are replaced, taken away, and brought back.
extension Pool {
    /// Replaces the workers one by one, after one beside the pool has shown that program and configuration work.
    ///
    /// - Parameter willReplace: is called before the first of them is.
    /// - Returns: what was done, for people.
    /// - Throws: which worker does not start, why, and what became of the others.
    @discardableResult
    func restart(_ willReplace: () -> Void = {}) throws(HostError) -> String {
        // Also one that waits to be started again, and one that has failed.
        let workers = WorkerUnits.enabled(on: host)
        guard !workers.isEmpty, services.isActive(WorkerUnits.target) else {
            return "No worker runs, so there is none to replace"
        }
        host.holdSignals()
        try services.reloadUnits()
        do throws(HostError) {
            try tryCanary()
        } catch {
            throw HostError(
                "\(error); a new worker does not work, so the old ones serve on")
        }
        willReplace()
        for worker in workers {
            guard !host.isInterrupted() else {
                throw HostError(
                    "interrupted before worker \(worker.number) was replaced: repeat it", .interrupted)
            }
            try replace(worker)
        }
        return "\(workers.count) \(workers.count == 1 ? "worker" : "workers") replaced"
    }

    private func replace(_ worker: WorkerUnits) throws(HostError) {
        services.forgetFailures(worker.all)
        do throws(HostError) {
            try services.telling(worker, "does not start again") { () throws(HostError) in
                // Nothing for those that listen already; refused where only the worker runs, whose restart starts them.
                _ = try? services.start(worker.sockets)
                try services.restart(worker.service)
            }
        } catch {
            throw HostError("\(error); the ones after it serve on as they were")
        }
    }

    /// Whether program and configuration work, seen on a worker that gets no requests.
    private func tryCanary() throws(HostError) {
        let units = WorkerUnits.canary.all
        defer {
            _ = try? services.stop(units)
            services.forgetFailures(units)
        }
        try services.startTelling(.canary)
    }

    /// Stops serving, also after the next boot. What cannot be done does not keep it from the rest.
    func stop() throws(HostError) {
        var faults: [HostError] = []
        func attempt(_ body: () throws(HostError) -> Void) {
            do throws(HostError) { try body() } catch { faults.append(error) }
        }
        attempt(site.takeOut)
        for worker in WorkerUnits.enabled(on: host) {
            attempt { () throws(HostError) in try services.remove(worker) }
        }
        attempt { () throws(HostError) in try services.disableNow([WorkerUnits.target]) }
        guard faults.isEmpty else {
            throw HostError(faults.map(\.description).joined(separator: "; "))
        }
    }

    /// Gives a worker that failed again and again another try, after a pause, unless it is wanted no more.
    func recover(_ number: Int) throws(HostError) {
        let worker = WorkerUnits(number: number)
        host.pause(.seconds(30))
        guard services.isActive(WorkerUnits.target), services.isEnabled(worker.service) else { return }
        services.forgetFailures(worker.all)
        // Not waited for: if it fails for good, this is started again.
        try services.beginStart(worker.all)
    }
}

extension Pool {
    /// The pool for people: what was said of it, and its workers as systemd has them.
    func description() throws(HostError) -> String {
        let settings = try PoolSettings.read(host) ?? PoolSettings()
        let words = ["list-units", "--all", "--plain", "--no-legend", "--no-pager", "audit-query@*.service"]
        let units = host.run(ToolCall(program: "systemctl", arguments: words)).output
        return
            ([settings.summary(workers: WorkerUnits.enabled(on: host).count)]
            + units.split(separator: "\n").map(String.init))
            .joined(separator: "\n")
    }
}
