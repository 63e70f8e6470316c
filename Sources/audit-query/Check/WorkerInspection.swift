/// Whether the workers of this host are well.
struct WorkerInspection {
    let directory: String
    let threadLimit: Duration

    /// Nothing when none shows its status there, as on a host where none is to run.
    func findings() -> [Finding] {
        let readings = (try? StatusReading.all(in: directory)) ?? []
        return readings.flatMap { reading in
            guard let status = reading.status else {
                return [
                    Finding(
                        subject: .workers, state: .wrong,
                        text: "worker \(reading.worker): \(reading.failure ?? "no answer")")
                ]
            }
            return findings(reading.worker, status)
        }
    }

    private func findings(_ worker: String, _ status: WorkerStatus) -> [Finding] {
        var findings: [Finding] = []
        let away = status.regions.filter { !$0.isAsked }.map(\.name)
        if !away.isEmpty {
            findings.append(
                Finding(
                    subject: .workers, state: .warning,
                    text: "worker \(worker): no answer from \(away.joined(separator: ", ")) lately"))
        }
        if status.busy.count * 10 >= status.threads * 9 {
            findings.append(
                Finding(
                    subject: .workers, state: .warning,
                    text: "worker \(worker): \(status.busy.count) of \(status.threads) threads are busy: "
                        + "the store is slow, or there is more load than this host takes"))
        }
        if let longest = status.busy.max(by: { $0.seconds < $1.seconds }),
            longest.seconds > threadLimit / .seconds(1)
        {
            findings.append(
                Finding(
                    subject: .workers, state: .warning,
                    text: "worker \(worker): a thread has been in the stage \(longest.stage) for "
                        + "\(Int(longest.seconds)) s, longer than worker.deadline-seconds"))
        }
        if status.version != AuditQueryCommand.version {
            findings.append(
                Finding(
                    subject: .workers, state: .warning,
                    text: "worker \(worker): runs version \(status.version), installed is "
                        + "\(AuditQueryCommand.version): restart it"))
        }
        return findings.isEmpty
            ? [Finding(subject: .workers, state: .ok, text: "worker \(worker): serves")] : findings
    }
}
