import QueryService
import Logging

extension KeySource {
    /// Reads the keys again, if need be, and says so.
    func reloadReporting(to log: Logger, force: Bool) {
        do {
            guard let changes = try reload(force: force) else { return }
            log.report(changes, inForce: countInForce)
        } catch {
            log.error("keys not read: the old ones stay", metadata: ["ERROR": "\(error)"])
        }
    }
}

extension Logger {
    /// Ids that an entry names of one kind of change, at most.
    private static let namedAtMost = 50

    /// Says that keys were read, how many are in force, and which differ from before, by their ids.
    func report(_ changes: KeyChanges, inForce: Int) {
        var fields: Logger.Metadata = ["KEYS": "\(inForce)"]
        for (name, ids) in [
            ("ADDED", changes.added), ("REMOVED", changes.removed), ("REVOKED", changes.revoked),
            ("CHANGED", changes.changed),
        ] where !ids.isEmpty {
            var values = ids.prefix(Self.namedAtMost).map { Logger.MetadataValue.string($0) }
            if ids.count > values.count { values.append("and \(ids.count - values.count) more") }
            fields[name] = .array(values)
        }
        info("keys read", metadata: fields)
    }
}
