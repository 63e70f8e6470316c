import DemoData
import TestSupport

@testable import AuditRecords
@testable import Forwarding

/// A far end as a model: it fails as a seed says, and what it had not for sure is lost when it does.
final class ModelFarEnd: FarEnd {
    let name = "model"
    let settleInterval: Duration
    let keepsWhatWasSent: Bool
    let needsEqualBatches: Bool
    /// Those that it never takes, by their auditIds.
    let refused: Set<Identifier>
    /// What it has for sure, in the order in which it came.
    private(set) var kept: [Identifier] = []
    private var unsettled: [Identifier] = []
    private var random: SplitMix64
    /// How often in so many sends it fails.
    var failsOnceIn = 4
    /// Batches by their first record, where one is sent again.
    private(set) var batches: [[Identifier]] = []

    init(_ random: inout SplitMix64, refused: Set<Identifier>) {
        keepsWhatWasSent = random.once(in: 2)
        needsEqualBatches = random.once(in: 2)
        settleInterval = random.once(in: 2) ? .zero : .seconds(3600)
        self.refused = refused
        self.random = random.fork()
    }

    var isSettled: Bool { unsettled.isEmpty }

    func send(_ batch: borrowing ForwardedBatch, _ range: Range<Int>) throws(FarEndError) {
        var ids: [Identifier] = []
        for index in range { ids.append(batch.keys[index].auditId) }
        batches.append(ids)
        if random.once(in: failsOnceIn) {
            // Some of it came.
            take(Array(ids.prefix(random.number(below: ids.count + 1)).prefix { !refused.contains($0) }))
            if !keepsWhatWasSent { lose() }
            throw .unavailable("broke", wait: random.once(in: 2) ? .seconds(1) : nil)
        }
        guard let first = ids.firstIndex(where: refused.contains) else { return take(ids) }
        switch random.number(below: 3) {
        case 0:
            take(Array(ids[..<first]))
            throw .refused(.one(range.lowerBound + first, reason: "is refused"))
        case 1 where keepsWhatWasSent && ids.filter(refused.contains).count == ids.count:
            throw .refused(.some(reason: "is refused"))
        default: throw .refused(.whole(reason: "is refused"))
        }
    }

    func settle() throws(FarEndError) {
        guard !random.once(in: failsOnceIn) else {
            lose()
            throw .unavailable("broke while it settled")
        }
        kept += unsettled
        unsettled = []
    }

    /// Everything that was not settled is gone, as if it had ended.
    func lose() { unsettled = [] }

    private func take(_ ids: [Identifier]) {
        if keepsWhatWasSent, settleInterval == .zero { kept += ids } else { unsettled += ids }
    }
}
