import AuditStores
import Loading
import LogFormats
import Threads

extension LoadCommand {
    /// Loads files while they are written, until it is told to stop.
    func followFiles(
        _ store: ConfiguredStore, _ kind: LogSource.Kind, _ options: FormatOptions, _ report: LoadReport,
        until stop: StopRequest
    ) throws {
        guard let path = follow.checkpointPath else { throw FollowError("--follow needs --checkpoint") }
        BackgroundWork.begin()
        let checkpoint = try FollowCheckpoint(path: path)
        let tell: (FollowedFiles.Notice) -> Void = { report.tell(unread: $0) }
        let sources = files.enumerated().map { number, file in
            report.begin(file, goesOn: true)
            let loader = RecordLoader(store: store.records, conflicts: conflicts) {
                event throws(StoreError) in
                try report.tell(event)
            }
            return FollowedSource(
                FollowedFiles(file, from: checkpoint.files[file] ?? [], tell), number: number,
                LogSource(kind, options),
                loader, report)
        }
        var loading = FollowLoading(sources, checkpoint, at: path, tell)
        try loading.run(until: stop)
        try report.finish()
        try store.finishWriting()
        // Who stops a service is not told that it failed: what was refused was said when it was.
        let summary = LoadSummary(counts: loading.counts, keptCount: report.keptCount, rejects: rejects)
        try Console.output(summary.loaded(into: store.name))
    }

    /// Shows what the first records are made of.
    func explain(_ count: Int, _ kind: LogSource.Kind, _ options: FormatOptions) throws {
        var explanation = LoadExplanation(count: count, kind: kind, options: options)
        let faults = try explanation.show(files)
        guard faults.isEmpty else {
            throw ExitStatus.badInput.exit(faults.joined(separator: "\naudit-query: "))
        }
    }
}
