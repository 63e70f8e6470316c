import AuditRecords
import AuditStores
import Foundation

/// Whether forwarders keep up, and far ends take what they are sent.
struct ForwardInspection {
    /// Who is further behind needs somebody: the alarms and alerts on ForwardLag have the same.
    static let longestLag: Int64 = 600
    /// How long a stream may take to answer.
    private static let patience = Duration.seconds(10)

    let folder: ForwarderFolder
    let store: any RecordStore
    let now: Timestamp

    /// None where nothing is forwarded.
    func findings() -> [Finding] {
        guard let forwarders = folder.forwarders(of: store, at: now) else { return [] }
        let date = Date(timeIntervalSince1970: Double(now.seconds))
        return streamFindings
            + forwarders.flatMap { each in
                var findings = [finding(each, each.state(at: date))]
                if each.refused > 0 {
                    findings.append(
                        Finding(
                            .forward, .warning,
                            "forward: \(each.name): \(each.farEnd) has refused \(counted(each.refused, "record")): see the file of "
                                + "dead letters, \(folder.path)/\(each.name).json.refused"))
                }
                return findings
            }
    }

    /// Whether what is forwarded can be read where that is not the store itself, but a stream beside it with a switch and rights of its
    /// own.
    private var streamFindings: [Finding] {
        guard let followed = store as? any FollowedStore, !followed.keepsAllArrivals else { return [] }
        do throws(StoreError) {
            _ = try followed.arrivalEnd(deadline: .now + Self.patience)
            return [Finding(.forward, .ok, "forward: the stream of the store answers")]
        } catch {
            return [Finding(.forward, .wrong, "forward: nothing can be forwarded: \(error)")]
        }
    }

    private func finding(_ each: ForwarderStatus, _ state: String) -> Finding {
        if each.farEnd == "?" { return Finding(.forward, .wrong, "forward: \(each.name): \(state)") }
        let behind = each.backlog.map { "\(counted(Int($0), "record")) behind" } ?? "behind"
        guard each.lagSeconds > Self.longestLag else {
            let text = each.backlog == 0 ? "has all" : "\(behind), for \(each.lagSeconds) s"
            return Finding(
                .forward, .ok,
                "forward: \(each.name): \(each.farEnd) \(text)" + (state == "ok" ? "" : " (\(state))"))
        }
        return Finding(
            .forward, .wrong,
            "forward: \(each.name): \(each.farEnd) is \(behind), for \(StatusTable.text(seconds: Double(each.lagSeconds))) "
                + "(\(state)): systemctl status audit-query-forward@\(each.name)")
    }
}
