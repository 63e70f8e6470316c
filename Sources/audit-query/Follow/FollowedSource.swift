import AuditStores
import Loading
import LogFormats

/// A path that is followed, what its lines are read as, and what loads them.
struct FollowedSource {
    /// What is held of an event that nothing ends is stored after so long (auditd.conf(5), end_of_event_timeout).
    private static let patience = Duration.seconds(2)

    private(set) var files: FollowedFiles
    private var source: LogSource
    private var loader: RecordLoader
    private let report: LoadReport
    private let number: Int
    /// The first line of what is held, and since when it is.
    private var held: (line: Int, since: ContinuousClock.Instant)?
    /// Whether something is to be settled.
    private var isDirty = false

    /// The source of a number among all that are followed.
    init(
        _ files: FollowedFiles, number: Int, _ source: LogSource, _ loader: RecordLoader, _ report: LoadReport
    ) {
        self.files = files
        self.number = number
        self.report = report
        self.source = source
        self.loader = loader
        self.loader.beginSource()
    }

    /// What has become of its records so far.
    var counts: LoadCounts { loader.counts }

    /// Looks what has become of the file.
    mutating func look(_ tell: (FollowedFiles.Notice) -> Void) { files.look(tell) }

    /// Makes sure that its format can be followed, where that is known.
    func check() throws(FollowError) {
        guard let reason = source.unfollowable else { return }
        throw FollowError("\(files.path) cannot be followed: \(reason)", .usage)
    }

    /// Reads what has come, some of it. Returns whether there was something.
    mutating func read(_ tell: (FollowedFiles.Notice) -> Void) throws -> Bool {
        files.look(tell)
        guard let bytes = try files.read() else { return false }
        isDirty = true
        goOn()
        var fault: String?
        try source.take(bytes[...]) { item throws(StoreError) in fault = try Self.take(item, &loader) ?? fault
        }
        if let fault { throw FollowError("\(files.path): \(fault)", .usage) }
        try check()
        return true
    }

    /// Stores all that has come and can be, and settles it: then its place may be written down.
    ///
    /// - Returns: whether its place may have changed.
    mutating func store() throws -> Bool {
        guard isDirty || held != nil else { return false }
        goOn()
        let isOld = held.map { $0.since.duration(to: .now) >= Self.patience } ?? false
        try source.settle(withHeld: isOld) { item throws(StoreError) in _ = try Self.take(item, &loader) }
        try loader.flush()
        let open = source.openLine
        held = open.map { line in
            (line, line == held?.line ? held?.since ?? .now : .now)
        }
        try check()
        files.settle(before: open ?? files.lineCount + 1)
        isDirty = false
        return true
    }

    /// What is told is told of this source from now on.
    private func goOn() {
        report.goOn { [number, starts = files.starts] line in
            SourceLine(source: number, number: starts.number(of: line.number))
        }
    }

    /// Why nothing is read of it; nil where it is.
    private static func take(
        _ item: LogSource.Item, _ loader: inout RecordLoader
    ) throws(StoreError) -> String? {
        switch item {
        case .line(let line): try loader.take(line)
        case .reading(let reading, let line): try loader.take(reading, at: line)
        case .unreadable(let reason): return reason
        }
        return nil
    }
}
