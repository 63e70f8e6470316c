import SQLiteRecords
import AuditStores
import QueryService
import Foundation
import Threads

/// Whether the embedded store's file is whole.
struct StoreInspection {
    let path: String
    /// How long may be looked; nil for as long as it takes.
    let limit: Duration?

    func findings() -> [Finding] {
        let store = SQLiteStore(reading: path)
        do throws(StoreError) {
            try store.checkEnds()
        } catch {
            return [finding(.wrong, "\(error)")]
        }
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
            [
                finding(
                    .ok,
                    "\(path) is whole as far as was looked: it is too large for \(limit); --thorough looks "
                        + "at all of it")
            ]
        case .success([])?: [finding(.ok, "\(path) is whole")]
        case .success(let faults)?:
            [
                finding(
                    .wrong,
                    "\(path) is damaged (\(faults.joined(separator: "; ").printable)): restore it from a backup "
                        + "(docs/disaster-recovery.md), or load it again")
            ]
        case .failure(let error)?: [finding(.wrong, "\(error)")]
        }
    }

    private func finding(_ state: Finding.State, _ text: String) -> Finding {
        Finding(.store, state, "store: \(text)")
    }
}
