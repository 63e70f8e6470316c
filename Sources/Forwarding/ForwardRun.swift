package import AuditRecords
internal import Files
internal import Threads

/// Forwards what comes into a store to one far end: at least once, in order, a batch at a time.
///
/// The checkpoint is written when the far end has all that came before its place, and the dead letters' file what it refuses. So a
/// process that ends anywhere leaves nothing out; what it sent after its last checkpoint is sent again.
package struct ForwardRun {
    /// What it needs of the world.
    package struct Surroundings {
        /// Reads what came after a place.
        package let read: (String) throws(ForwardSourceError) -> ForwardedRun
        /// Those of a record's attributes that are forwarded.
        package let visible: (AuditRecord) throws(ForwardFault) -> [UInt8]
        /// Waits so long, or until something wants it to stop, and says whether that does. Zero asks alone.
        package let isStopped: (Duration) -> Bool
        /// Says something to people.
        package let tell: (String) -> Void

        /// Surroundings of their parts.
        package init(
            read: @escaping (String) throws(ForwardSourceError) -> ForwardedRun,
            visible: @escaping (AuditRecord) throws(ForwardFault) -> [UInt8],
            isStopped: @escaping (Duration) -> Bool, tell: @escaping (String) -> Void
        ) {
            (self.read, self.visible, self.isStopped, self.tell) = (read, visible, isStopped, tell)
        }
    }

    /// A batch that is on its way.
    struct Load {
        let batch: ForwardedBatch
        let end: String
        /// The records before this one are with the far end, as far as it says so.
        var next = 0
        /// How many are sent at once: all, unless something among them is refused.
        var width: Int
    }

    /// Where there is nothing new, it is looked for so often.
    private static let lookInterval = Duration.milliseconds(200)

    static let toldRefusals = 5

    let far: any FarEnd
    private let writer: () -> ForwardedBatch
    let letters: DeadLetters?
    let report: ForwardReport?
    let surroundings: Surroundings
    private let path: String
    var checkpoint: ForwardCheckpoint
    /// What came up to here has been sent.
    var sent: String
    var load: Load?
    var backoff = Backoff()
    var failure: String?
    private var settled = ContinuousClock.now
    /// Records that the far end has, those included that it was sent more than once.
    package var count = 0

    /// A run from where a checkpoint is.
    ///
    /// - Parameters:
    ///   - far: where to.
    ///   - letters: for what it refuses; nil where that is to stop the run.
    ///   - checkpoint: how far it is.
    ///   - path: where that is kept.
    ///   - report: tells others how it is doing; nil where nobody asks.
    ///   - batch: makes an empty batch.
    ///   - surroundings: what it needs of the world.
    package init(
        to far: any FarEnd, _ letters: DeadLetters?, from checkpoint: ForwardCheckpoint, at path: String,
        report: ForwardReport? = nil, batch: @escaping () -> ForwardedBatch, _ surroundings: Surroundings
    ) {
        (self.far, self.letters, self.checkpoint, self.path) = (far, letters, checkpoint, path)
        (self.report, writer, self.surroundings) = (report, batch, surroundings)
        sent = checkpoint.place
    }

    /// Goes on until it is stopped.
    ///
    /// - Parameter once: end when all is there that the source had.
    /// - Throws: what somebody has to see to. What was sent before is settled as far as that can be.
    package mutating func run(once: Bool) throws(ForwardFault) {
        do throws(ForwardFault) {
            try goOn(once: once)
        } catch {
            report?.fail("it has ended: \(error)")
            throw error
        }
        report?.write()
    }

    private mutating func goOn(once: Bool) throws(ForwardFault) {
        while !surroundings.isStopped(.zero) {
            report?.tick()
            if isDue { _ = try settle() }
            guard try step() else { continue }
            guard once else {
                _ = surroundings.isStopped(Self.lookInterval)
                continue
            }
            if try settle() { return }
        }
        _ = try settle()
    }

    /// Reads a batch where there is none, and sends it. Says whether there was nothing to do.
    private mutating func step() throws(ForwardFault) -> Bool {
        if load == nil {
            let run: ForwardedRun
            let time = report?.now
            do throws(ForwardSourceError) {
                run = try surroundings.read(sent)
            } catch {
                switch error {
                case .lost(let fault): throw fault
                case .unavailable(let reason, let wait): fail(reason, wait)
                }
                return false
            }
            if let time, run.isAtEnd { report?.reach(time) }
            try take(run)
            if load == nil { return run.isAtEnd }
        }
        do throws(FarEndError) {
            try deliver()
        } catch {
            try see(to: error)
        }
        return false
    }

    /// Makes a batch of what was read.
    private mutating func take(_ run: ForwardedRun) throws(ForwardFault) {
        var (records, end) = (run.records[...], run.end)
        // What another process was about to send is sent as it was.
        if let pending = checkpoint.pending, let last = records.firstIndex(where: { $0.place == pending }) {
            (records, end) = (records[...last], pending)
            report?.rewind()
        }
        guard !records.isEmpty else {
            sent = end
            return
        }
        var batch = writer()
        for (record, _) in records { try batch.append(record, attributes: try surroundings.visible(record)) }
        load = Load(batch: batch, end: end, width: batch.count)
        guard far.needsEqualBatches, checkpoint.pending != end else { return }
        checkpoint.pending = end
        try write()
    }

    private var isDue: Bool { settled.duration(to: .now) >= far.settleInterval }

    /// Sees to it that the far end has all that was sent, and writes down how far that is. Says whether that went well.
    private mutating func settle() throws(ForwardFault) -> Bool {
        // A part of a batch is no place.
        guard load == nil else { return false }
        do throws(FarEndError) {
            if !far.isSettled { try far.settle() }
        } catch {
            if case .unavailable(let reason, let wait) = error {
                rewind()
                fail(reason, wait)
            }
            return false
        }
        settled = .now
        let isNew = sent != checkpoint.place
        if isNew {
            (checkpoint.place, checkpoint.pending) = (sent, nil)
            try write()
        }
        report?.settle(isNew: isNew)
        return true
    }

    private func write() throws(ForwardFault) {
        do throws(FileError) {
            try checkpoint.write(to: path)
        } catch {
            throw ForwardFault("--checkpoint: \(error)", isPassing: true)
        }
    }
}
