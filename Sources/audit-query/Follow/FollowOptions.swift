import ArgumentParser
import Files
import Foundation

/// That files are loaded while they are written.
struct FollowOptions: ParsableArguments {
    @Flag(
        name: .customLong("follow"),
        help: "Go on while the files are written, until Ctrl-C or SIGTERM; renamed and emptied ones too.")
    var isOn = false

    @Option(
        help: ArgumentHelp(
            "Keep in this file how far --follow has come. (default: follow.json in $STATE_DIRECTORY, as systemd sets it)",
            valueName: "file"),
        completion: .file())
    var checkpoint: String?

    func validate() throws {
        guard isOn || checkpoint == nil else {
            throw ValidationError("--checkpoint is for --follow alone")
        }
        guard !isOn || checkpointPath != nil else {
            throw ValidationError(
                "--follow needs --checkpoint FILE, where it keeps how far it has come; under systemd StateDirectory= will do"
            )
        }
    }

    /// Where the checkpoint is.
    var checkpointPath: String? {
        if let checkpoint { return checkpoint }
        let folder = ProcessInfo.processInfo.environment["STATE_DIRECTORY"]?.split(separator: ":").first
        return folder.map { "\($0)/follow.json" }
    }

    /// What is wrong with files that are to be followed, from where they were or from where options say; nil where nothing is.
    func fault(of files: [String], _ goesOnElsewhere: Bool) -> String? {
        guard isOn else { return nil }
        if goesOnElsewhere { return "--follow goes on where it was: leave out --rate, --skip and --from" }
        if files.contains("-") {
            return "--follow is for files: standard input is stored while it stays open anyway"
        }
        if let folder = files.first(where: { FileKind(at: $0) == .folder }) {
            return "--follow is for files, and \(folder) is a folder: name the files in it"
        }
        let twice = files.first { file in files.count { $0 == file } > 1 }
        return twice.map { "--follow: \($0) is named twice" }
    }
}
