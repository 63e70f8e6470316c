import Loading

/// Loads files while they are written, until it is told to stop.
///
/// Files are looked at five times a second rather than watched (inotify(7)): so it works on every file system, also where
/// somebody else's machine writes, and costs a system call for each file and look.
struct FollowLoading {
    private static let lookInterval = Duration.milliseconds(200)
    /// What has come is stored after so long, however much more comes.
    private static let storeInterval = Duration.milliseconds(500)

    private var sources: [FollowedSource]
    private var checkpoint: FollowCheckpoint
    private let checkpointPath: String
    private let tell: (FollowedFiles.Notice) -> Void

    /// Follows sources from the places that a checkpoint has.
    init(
        _ sources: [FollowedSource], _ checkpoint: FollowCheckpoint, at checkpointPath: String,
        _ tell: @escaping (FollowedFiles.Notice) -> Void
    ) {
        self.sources = sources
        self.checkpoint = checkpoint
        self.checkpointPath = checkpointPath
        self.tell = tell
    }

    /// What has become of all records so far.
    var counts: LoadCounts {
        sources.reduce(into: LoadCounts()) { sum, source in
            sum.new += source.counts.new
            sum.equal += source.counts.equal
            sum.replaced += source.counts.replaced
            sum.unchecked += source.counts.unchecked
            sum.refused += source.counts.refused
            sum.skipped += source.counts.skipped
        }
    }

    /// Goes on until `stop`, and stores then what has come.
    mutating func run(until stop: StopRequest) throws {
        for source in sources { try source.check() }
        for source in sources where source.files.isAwaited && OpenFile.status(source.files.path) == nil {
            tell("\(source.files.path) is not there yet: it is awaited")
        }
        // Before anything is read: whatever is renamed from now on is found again.
        for index in sources.indices { sources[index].look(tell) }
        try write()
        var stored = ContinuousClock.now
        while !stop.isMade {
            var hasRead = false
            for index in sources.indices where try sources[index].read(tell) { hasRead = true }
            if !hasRead || stored.duration(to: .now) >= Self.storeInterval {
                try store()
                stored = .now
            }
            if !hasRead { stop.wait(within: Self.lookInterval) }
        }
        try store()
    }

    /// Stores what has come, and then writes down how far that is. Not before: a line that is not stored would be left out.
    private mutating func store() throws {
        var isChanged = false
        for index in sources.indices where try sources[index].store() { isChanged = true }
        if isChanged { try write() }
    }

    private mutating func write() throws {
        var next = checkpoint
        for source in sources { next.files[source.files.path] = source.files.places }
        guard next != checkpoint else { return }
        try next.write(to: checkpointPath)
        checkpoint = next
    }
}
