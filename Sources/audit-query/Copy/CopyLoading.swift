import AuditRecords
import AuditStores
import Evidence
import Loading
import LogFormats
import Threads

/// Puts a copy's records into a store.
final class CopyLoading {
    private let store: ConfiguredStore
    private let report: LoadReport
    private var loader: RecordLoader
    private var source = -1
    private var number = 0
    private let told: Told

    init(into store: ConfiguredStore, rate: Int?, report: LoadReport) {
        (self.store, self.report) = (store, report)
        let told = Told()
        self.told = told
        loader = RecordLoader(
            store: store.records, pacer: rate.map { Pacer(rate: $0) }
        ) { event throws(StoreError) in
            if let event = told.event(event) { try report.tell(event) }
        }
    }

    /// So far; what is refused counts as often as it is tried.
    var counts: LoadCounts { loader.counts }

    /// A walk through a day begins; one that is repeated says nothing again.
    func begin(_ day: SealedDay, isRepeated: Bool) {
        source += 1
        (number, told.isRepeated) = (0, isRepeated)
        loader.beginSource()
        report.begin(day.description.printable, goesOn: false)
    }

    func take(_ record: AuditRecord) throws(StoreError) {
        number += 1
        told.last = (number, record.key)
        try loader.take(.record(record, line: number), at: SourceLine(source: source, number: number))
    }

    func flush() throws(StoreError) { try loader.flush() }

    /// All of it stays.
    func finish() throws(StoreError) {
        try report.finish()
        try store.finishWriting()
    }
}

/// What is told of a record, with its key where that is known.
private final class Told {
    var isRepeated = false
    var last: (number: Int, key: RecordKey)?

    /// Nil for what has been told before.
    func event(_ event: LoadEvent) -> LoadEvent? {
        guard case .refused(let refusal) = event else { return event }
        guard !isRepeated else { return nil }
        guard let last, last.number == refusal.line.number else { return event }
        let time = String(decoding: last.key.timestamp, as: UTF8.self)
        let name = "auditId \(last.key.auditId.quoted), timestamp \(time)"
        return .refused(
            Refusal(line: refusal.line, bytes: nil, faults: refusal.faults.map { "\(name): \($0)" }))
    }
}
