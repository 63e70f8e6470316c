import Loading
import LogFormats
import AuditStores
import QueryService
import Synchronization

/// What a load tells: on standard error line by line, to the file of refused lines, and of each conflict to the journal.
final class LoadReport {
    private let lines: ToldLines
    private let rejects: RejectFile?
    private let journal: ChangeJournal?
    /// Why the file of refused lines takes no more; nil while it does.
    private(set) var failure: RejectFileError?
    /// What says itself that it is no audit event, and how often, in the order in which it came first.
    private var skipped: [(kind: String, count: Int)] = []

    init(lines: ToldLines, rejects: RejectFile?, journal: ChangeJournal?) {
        self.lines = lines
        self.rejects = rejects
        self.journal = journal
    }

    /// Another file begins, under its name. What is wrong may still be told of lines of those before if it goes on with them.
    func begin(_ file: String, goesOn: Bool) { lines.begin(file, goesOn: goesOn) }

    /// A file could not be read to its end.
    func tell(unread fault: String) {
        lines.finish()
        lines.say("audit-query: \(fault)")
    }

    /// Tells what has come up.
    ///
    /// - Throws: ``StoreError/Code/full`` when a refused line cannot be kept: ``failure`` says why.
    func tell(_ event: LoadEvent) throws(StoreError) {
        switch event {
        case .part(let bytes): try keep { rejects throws(RejectFileError) in try rejects.append(part: bytes) }
        case .refused(let refusal):
            lines.tell(refusal.line, refusal.faults)
            try keep { rejects throws(RejectFileError) in try rejects.append(line: refusal.bytes) }
        case .skipped(let kind):
            if let place = skipped.firstIndex(where: { $0.kind == kind }) {
                skipped[place].count += 1
            } else {
                skipped.append((kind, 1))
            }
        case .conflict(let conflict):
            journal?.write(conflict, file: lines.file(of: conflict.line))
            // One that replaces nothing is refused, which says the same.
            guard conflict.isReplacement else { return }
            // Without a journal this is the only place that has it.
            lines.tell(conflict.line, ["replaces a record: \(conflict.detail)"], always: journal == nil)
        }
    }

    /// What was skipped, for a person to read; nil where nothing was.
    var skippedText: String? {
        let total = skipped.reduce(0) { $0 + $1.count }
        guard total > 0 else { return nil }
        let kinds = skipped.map { "\($0.kind) (\($0.count))" }.joined(separator: ", ")
        return
            "\(total) \(total == 1 ? "entry is" : "entries are") no audit \(total == 1 ? "event" : "events"): \(kinds)"
    }

    /// How many of the lines that are left out are kept.
    var keptCount: Int { rejects?.lineCount ?? 0 }

    /// Sees to it that all is told, and refused lines are where they stay.
    func finish() throws(StoreError) {
        lines.finish()
        try keep { rejects throws(RejectFileError) in try rejects.finish() }
    }

    private func keep(_ body: (RejectFile) throws(RejectFileError) -> Void) throws(StoreError) {
        guard let rejects else { return }
        do throws(RejectFileError) {
            try body(rejects)
        } catch {
            failure = error
            throw StoreError(.full, error.description)
        }
    }
}

/// What is told of a file's lines, those that are alike only a few times.
final class ToldLines: Sendable {
    private struct State {
        /// The number of the first of the files.
        var firstFile = 0
        var files: [(name: String, tally: FaultTally)] = []
    }

    private let progress: LoadProgress
    private let state = Mutex(State())

    init(above progress: LoadProgress) {
        self.progress = progress
    }

    /// The name of a line's file.
    func file(of line: SourceLine) -> String {
        state.withLock { $0.files[line.source - $0.firstFile].name }
    }

    /// Another file begins, under its name. Of those before nothing is told any more, unless it goes on with them.
    func begin(_ file: String, goesOn: Bool = false) {
        if !goesOn {
            finish()
            state.withLock { state in
                state.firstFile += state.files.count
                state.files = []
            }
        }
        state.withLock { $0.files.append((file, FaultTally())) }
    }

    /// Tells what is wrong with a line, if it is not like too many others, or always.
    func tell(_ line: SourceLine, _ faults: [String], always: Bool = false) {
        let file: String? = state.withLock { state in
            let place = line.source - state.firstFile
            return always || state.files[place].tally.isTold(faults) ? state.files[place].name : nil
        }
        if let file { say("\(file):\(line.number): \(faults.joined(separator: "; "))") }
    }

    /// Tells how many lines were like those that were told.
    func finish() {
        let summaries = state.withLock { state in
            let summaries = state.files.map { (name: $0.name, lines: $0.tally.summary) }
            for place in state.files.indices { state.files[place].tally = FaultTally() }
            return summaries
        }
        for summary in summaries {
            for line in summary.lines { say("\(summary.name): \(line)") }
        }
    }

    /// A line above the progress.
    func say(_ text: String) {
        progress.clear()
        Console.error(text.printable)
    }
}
