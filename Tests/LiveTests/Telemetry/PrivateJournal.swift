import Foundation
import TestSupport
import Testing

/// A journald of a test's own, in a mount namespace of its own: /run is empty there, but for its sockets.
final class PrivateJournal: Sendable {
    private let folder: TemporaryFolder
    private let guardian: Guardian
    private let process: ChildProcess

    /// Whether one can be started: that takes root, and systemd's journald.
    static let isPossible = getuid() == 0 && FileManager.default.isExecutableFile(atPath: journald)
    private static let journald = "/lib/systemd/systemd-journald"

    init() throws {
        folder = try TemporaryFolder()
        guardian = try Guardian(folder: folder.path)
        // The files are outside of the namespace's /run, so that journalctl can read them from here.
        let script = """
            mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal /run/log/journal &&
            mount --bind \(folder.path) /run/log/journal && exec \(Self.journald)
            """
        process = try ChildProcess(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", script],
            environment: ["PATH": Place.searchPath, "LANG": "C.UTF-8"],
            streams: .init(outputPath: "/dev/null", errorPath: folder.file("journald.err")),
            guardian: guardian)
        do {
            try eventually("journald listens") {
                guard process.status == nil else { throw Failure("journald: \(folder.text("journald.err"))") }
                return FileManager.default.fileExists(
                    atPath: "/proc/\(process.pid)/root/run/systemd/journal/socket")
            }
        } catch {
            destroy()
            throw error
        }
    }

    /// Starts a process inside, whose standard error systemd would have connected to the journal. Here a file stands
    /// in for that, so that nothing but entries of its own is in the journal.
    var launcher: [String] {
        [
            "nsenter", "--mount", "--target", "\(process.pid)", "sh", "-c",
            "JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) exec \"$@\"", "sh",
        ]
    }

    /// The entries that match, as journalctl finds them.
    func entries(_ matches: String...) throws -> [JSONValue] {
        try text(matches).split(separator: UInt8(ascii: "\n")).map { try JSONValue(Data($0)) }
    }

    /// The same as journalctl prints them.
    func text(_ matches: String...) throws -> Data { try text(matches) }

    private func text(_ matches: [String]) throws -> Data {
        let output = folder.file("entries-\(UInt64.random(in: .min ... .max))")
        let query = try ChildProcess(
            ["journalctl", "--directory", folder.path, "--output", "json", "--all", "--no-pager"] + matches,
            environment: ["PATH": Place.searchPath, "LANG": "C.UTF-8"],
            streams: .init(outputPath: output, errorPath: "/dev/null"), guardian: guardian)
        _ = try query.wait()
        return FileManager.default.contents(atPath: output) ?? Data()
    }

    func destroy() {
        process.destroy()
        guardian.dismiss()
        folder.remove()
    }
}
