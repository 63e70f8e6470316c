import AuditStores
import AuditRecords
import Files
import Forwarding
import Foundation
import JSONBytes

/// A forwarder as its files tell it, whether it runs or not.
struct ForwarderStatus: Codable, Sendable, Hashable {
    /// Its checkpoint's name without `.json`, as its unit's instance has it.
    let name: String
    let farEnd: String
    /// At most so many records that came into the store are not with the far end for sure: those that a filter leaves out are counted
    /// until it has passed them. Nil where the store or the place cannot be read, of a table, and of one that forwards from a
    /// server.
    let backlog: Int64?
    /// All that came before so many seconds ago is there.
    let lagSeconds: Int64
    /// When the far end last had something new for sure.
    let delivered: Date?
    /// When the forwarder last told of itself; nil of one that never did.
    let seen: Date?
    /// Records in its file of dead letters.
    let refused: Int
    /// Why nothing is delivered, as it said last.
    let failure: String?
}

/// The folder of forwarders' checkpoints: each `NAME.json` in it is one.
struct ForwarderFolder {
    /// So many are told of.
    static let limit = 64
    private static let suffix = ".json"

    let path: String

    /// Their names, in order; none where there is no such folder, or it may not be read.
    var names: [String] {
        let found = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return found.filter { $0.hasSuffix(Self.suffix) && $0 != Self.suffix }
            .map { String($0.dropLast(Self.suffix.count)) }.sorted().prefix(Self.limit).map { $0 }
    }

    /// How they are; nil where there are none.
    ///
    /// - Parameters:
    ///   - store: the store that workers read.
    ///   - now: the time of day.
    /// - Returns: one for each name.
    func forwarders(of store: any RecordStore, at now: Timestamp) -> [ForwarderStatus]? {
        let found = names.compactMap { Found.read($0, in: path) }
        guard !found.isEmpty else { return nil }
        // Behind the checkpoints: they go on meanwhile. A table's stream has no numbers to tell how many are between.
        let numbered = (store as? any FollowedStore).flatMap { $0.keepsAllArrivals ? $0 : nil }
        let end = try? numbered?.arrivalEnd(deadline: .now + .seconds(5))
        return found.map { $0.status(behind: end, at: now.seconds) }
    }

    /// The files of one forwarder.
    private struct Found {
        let name: String
        let checkpoint: Result<ForwardCheckpoint, ForwardFault>
        let state: ForwardState?
        /// When the checkpoint was written.
        let written: Int64?

        /// Reads them; nil of one that was taken away just now.
        static func read(_ name: String, in folder: String) -> Found? {
            let file = "\(folder)/\(name)\(suffix)"
            let checkpoint: Result<ForwardCheckpoint, ForwardFault>
            do throws(ForwardFault) {
                guard let found = try ForwardCheckpoint.read(file) else { return nil }
                checkpoint = .success(found)
            } catch {
                checkpoint = .failure(error)
            }
            return Found(
                name: name, checkpoint: checkpoint,
                state: (try? ForwardState.read(besides: file)).flatMap { $0 },
                written: LocalFile.stamp(file)?.seconds)
        }

        func status(behind end: ArrivalPlace?, at now: Int64) -> ForwarderStatus {
            // A checkpoint of a version that wrote no state has its own time.
            let lag = max(0, now - (state?.complete ?? written ?? now))
            switch checkpoint {
            case .failure(let fault):
                return ForwarderStatus(
                    name: name, farEnd: "?", backlog: nil, lagSeconds: lag, delivered: nil, seen: nil,
                    refused: 0, failure: fault.description)
            case .success(let checkpoint):
                let backlog = ForwarderFolder.backlog(checkpoint.place, behind: end)
                return ForwarderStatus(
                    name: name, farEnd: checkpoint.farEnd, backlog: backlog,
                    lagSeconds: backlog == 0 ? 0 : lag, delivered: date(state?.delivered),
                    seen: date(state?.seen), refused: state?.refused ?? 0, failure: state?.failure)
            }
        }

        private func date(_ seconds: Int64?) -> Date? {
            seconds.map { Date(timeIntervalSince1970: Double($0)) }
        }
    }

    /// How many places are between.
    fileprivate static func backlog(_ text: String, behind end: ArrivalPlace?) -> Int64? {
        guard let end else { return nil }
        guard !text.isEmpty else { return end.number }
        guard let place = [UInt8](base64URL: Array(text.utf8)).flatMap({ ArrivalPlace(bytes: $0) }),
            place.loss(at: end) == nil
        else { return nil }
        return end.number - place.number
    }
}
