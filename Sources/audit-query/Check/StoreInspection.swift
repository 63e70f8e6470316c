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
        return indexes + wholeness(of: store)
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

    /// Whether its pages are whole, and without a limit whether each record can be answered and is led to by every index.
    private func wholeness(of store: SQLiteStore) -> [Finding] {
        guard let limit else {
            return damage { () throws(StoreError) in try store.damage(withIndexes: true) }
                ?? records(of: store)
        }
        let look = Latch<[Finding]>()
        // On a thread of its own, which is left behind when it takes too long: SQLite before 3.41 looks through a whole
        // table without asking whether it is to stop.
        Thread.detachNewThread {
            look.set(
                damage { () throws(StoreError) in try store.damage() }
                    ?? [
                        finding(
                            .ok,
                            "\(path) is whole; --thorough looks whether each index leads to each of its records"
                        )
                    ])
        }
        return look.wait(within: limit) ?? [
            finding(
                .ok,
                "\(path) is whole as far as was looked: it is too large for \(limit); --thorough looks at all of it"
            )
        ]
    }

    /// What SQLite finds wrong with it; nil where that is nothing.
    private func damage(_ look: () throws(StoreError) -> [String]) -> [Finding]? {
        do throws(StoreError) {
            let faults = try look()
            return faults.isEmpty
                ? nil
                : [
                    finding(
                        .wrong,
                        "\(path) is damaged (\(faults.joined(separator: "; ").printable)): restore it from a backup "
                            + "(docs/disaster-recovery.md), or load it again")
                ]
        } catch {
            return [finding(.wrong, "\(error)")]
        }
    }

    private func records(of store: SQLiteStore) -> [Finding] {
        do throws(StoreError) {
            let faults = try store.recordFaults()
            return faults.isEmpty
                ? [finding(.ok, "\(path) is whole, and each index leads to each of its records")]
                : faults.map { finding(.wrong, "\(path): \($0.printable)") }
        } catch {
            return [finding(.wrong, "\(error)")]
        }
    }

    private func finding(_ state: Finding.State, _ text: String) -> Finding {
        Finding(.store, state, "store: \(text)")
    }
}
