import SQLiteRecords
import AuditStores
import QueryService
import Dispatch
import Foundation
import Synchronization

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
        let look = Look()
        // On a thread of its own, which is left behind when it takes too long: SQLite before 3.41 looks through a whole
        // table without asking whether it is to stop.
        Thread.detachNewThread {
            look.end(with: Result { () throws(StoreError) in try store.damage() })
        }
        return switch look.result(within: limit) {
        case nil:
            [
                finding(
                    .ok,
                    "\(path) is whole as far as was looked: it is too large for \(limit ?? .zero); --thorough looks "
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
        Finding(subject: .store, state: state, text: "store: \(text)")
    }

    /// What a thread finds, for whoever waits for it.
    private final class Look: Sendable {
        private let found = Mutex<Result<[String], StoreError>?>(nil)
        private let ended = DispatchSemaphore(value: 0)

        func end(with result: Result<[String], StoreError>) {
            found.withLock { $0 = result }
            ended.signal()
        }

        /// Nil when it did not end in time.
        func result(within limit: Duration?) -> Result<[String], StoreError>? {
            guard let limit else {
                ended.wait()
                return found.withLock { $0 }
            }
            let time = DispatchTime.now() + .milliseconds(Int(limit / .milliseconds(1)))
            return ended.wait(timeout: time) == .success ? found.withLock { $0 } : nil
        }
    }
}
