import SQLiteRecords
import AuditRecords
import AuditStores
import QueryService
import Foundation
import Threads

/// Whether the embedded store's file is whole.
struct StoreInspection {
    let path: String
    /// Of which attributes it is to have indexes.
    let attributes: [AttributePath]
    /// How long may be looked; nil for as long as it takes.
    let limit: Duration?

    func findings() -> [Finding] {
        let store = SQLiteStore(reading: path)
        let indexes: [Finding]
        do throws(StoreError) {
            try store.checkEnds()
            indexes = self.indexes(try store.indexes())
        } catch {
            return [finding(.wrong, "\(error)")]
        }
        return indexes + [wholeness(of: store)]
    }

    /// What keeps a filter on an attribute from being as fast as was wished.
    private func indexes(_ states: [IndexState]) -> [Finding] {
        let advice = "until then no filter uses it: `audit-query load /dev/null` completes it"
        let ofWords = "searches read the others: a load with store.index.text completes it"
        let late = states.filter { !$0.isComplete }.map {
            finding(
                .warning,
                "\(path): the index of \($0.name) has \($0.indexed) of \($0.last) records; "
                    + ($0.path == nil ? ofWords : advice))
        }
        let missing = attributes.filter { path in !states.contains { $0.path == path } }.map {
            finding(.warning, "\(path): has no index of \($0) yet; \(advice)")
        }
        return late + missing
    }

    private func wholeness(of store: SQLiteStore) -> Finding {
        let look = Latch<Result<[String], StoreError>>()
        // On a thread of its own, which is left behind when it takes too long: SQLite before 3.41 looks through a whole
        // table without asking whether it is to stop.
        Thread.detachNewThread {
            look.set(Result { () throws(StoreError) in try store.damage() })
        }
        // A year is as long as it takes.
        let limit = limit ?? .seconds(31_536_000)
        return switch look.wait(within: limit) {
        case nil:
            finding(
                .ok,
                "\(path) is whole as far as was looked: it is too large for \(limit); --thorough looks "
                    + "at all of it")
        case .success([])?: finding(.ok, "\(path) is whole")
        case .success(let faults)?:
            finding(
                .wrong,
                "\(path) is damaged (\(faults.joined(separator: "; ").printable)): restore it from a backup "
                    + "(docs/disaster-recovery.md), or load it again")
        case .failure(let error)?: finding(.wrong, "\(error)")
        }
    }

    private func finding(_ state: Finding.State, _ text: String) -> Finding {
        Finding(.store, state, "store: \(text)")
    }
}
