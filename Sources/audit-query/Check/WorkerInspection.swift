/// Whether the workers of this host are well.
struct WorkerInspection {
    let host: Host
    let threadLimit: Duration

    func findings() -> [Finding] {
        let readings = (try? StatusReading.all(in: host.path(StatusCommand.defaultDirectory))) ?? []
        return readings.flatMap(findings) + missing(readings)
    }

    private func finding(_ state: Finding.State, _ text: String) -> Finding {
        Finding(.workers, state, text)
    }

    /// Those of the pool that show nothing, or that there is no pool.
    private func missing(_ readings: [StatusReading]) -> [Finding] {
        let pool = WorkerUnits.enabled(on: host).map(\.number)
        let shown = Set(readings.map(\.worker))
        let missing = pool.filter { !shown.contains(String($0)) }
        guard !missing.isEmpty else {
            guard readings.isEmpty else { return [] }
            // Others may serve from elsewhere, as those of scripts/run do.
            let place = StatusCommand.defaultDirectory
            return [
                finding(.warning, "workers: none has its socket in \(place): audit-query pool starts some")
            ]
        }
        let remedy =
            "systemctl start \(WorkerUnits.target); why it ended: journalctl --namespace=audit-query -t audit-query"
        guard missing.count < pool.count else {
            return [finding(.wrong, "workers: none of the pool's \(pool.count) runs: \(remedy)")]
        }
        return missing.map { finding(.wrong, "worker \($0): does not run: \(remedy)") }
    }

    private func findings(_ reading: StatusReading) -> [Finding] {
        let worker = "worker \(reading.worker)"
        guard let status = reading.status else {
            return [finding(.wrong, "\(worker): \(reading.failure ?? "no answer")")]
        }
        let doubts = doubts(status)
        return doubts.isEmpty
            ? [finding(.ok, "\(worker): serves")] : doubts.map { finding(.warning, "\(worker): \($0)") }
    }

    private func doubts(_ status: WorkerStatus) -> [String] {
        var doubts: [String] = []
        let away = status.store.regions.filter { !$0.isAsked }.map(\.name)
        if !away.isEmpty { doubts.append("no answer from \(away.joined(separator: ", ")) lately") }
        if status.busy.count * 10 >= status.threads * 9 {
            doubts.append(
                "\(status.busy.count) of \(status.threads) threads are busy: the store is slow, or there is more load "
                    + "than this host takes")
        }
        if let longest = status.busy.max(by: { $0.seconds < $1.seconds }),
            longest.seconds > threadLimit / .seconds(1)
        {
            doubts.append(
                "a thread has been in the stage \(longest.stage) for \(Int(longest.seconds)) s, longer than "
                    + "worker.deadline-seconds")
        }
        if status.version != AuditQueryCommand.version {
            doubts.append(
                "runs version \(status.version), installed is \(AuditQueryCommand.version): restart it")
        }
        return doubts
    }
}
