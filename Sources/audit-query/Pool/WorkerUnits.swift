import Foundation

/// The units of one worker.
struct WorkerUnits {
    let number: Int

    /// The worker beside the pool: it gets no requests.
    static let canary = WorkerUnits(number: 0)
    /// What all workers of the pool belong to.
    static let target = "audit-query.target"

    var service: String { "audit-query@\(number).service" }
    var sockets: [String] { ["audit-query@\(number).socket", "audit-query-status@\(number).socket"] }
    var all: [String] { sockets + [service] }

    /// The workers that are enabled on a host, in order.
    static func enabled(on host: Host) -> [WorkerUnits] {
        let folder = host.path("/etc/systemd/system/\(target).wants")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            guard name.hasPrefix("audit-query@"), name.hasSuffix(".service") else { return nil }
            return Int(name.dropFirst("audit-query@".count).dropLast(".service".count))
        }.sorted().map(WorkerUnits.init)
    }
}
