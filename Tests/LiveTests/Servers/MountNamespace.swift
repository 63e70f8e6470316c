import Foundation
import TestSupport

/// A small disk that only some processes see: a tmpfs in a mount namespace of its own, gone with the last of them.
final class MountNamespace {
    /// Whether this user may make one.
    static let isPermitted: Bool = {
        let isPermitted =
            (try? withWorkplace { place in
                try place.run(["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]).status
            }) == 0
        if !isPermitted { print("LiveTests: mount namespaces are not permitted: their tests are SKIPPED") }
        return isPermitted
    }()

    private let holder: ChildProcess
    private let place: Workplace
    private let path: String

    init(place: Workplace, folder: String, size: String) throws {
        self.place = place
        path = place.folder.file(folder)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        holder = try place.start(
            [
                "unshare", "--mount", "sh", "-c",
                "mount -t tmpfs -o size=$2 none \"$1\" && touch \"$1/there\" && exec tail -f /dev/null",
                "sh", path, size,
            ], log: "disk")
        try eventually("the disk is there") {
            try place.run(prefix + ["test", "-e", "\(path)/there"]).status == 0
        }
    }

    /// What stands before a command that is to see the disk.
    var prefix: [String] { ["nsenter", "--target", "\(holder.pid)", "--mount", "--wd=/", "--"] }

    /// What is in a file, of this disk or another, as those processes see it; empty where there is none.
    func text(of path: String) -> String {
        (try? String(contentsOfFile: "/proc/\(holder.pid)/root\(path)", encoding: .utf8)) ?? ""
    }

    /// Gives it more room.
    func grow(to size: String) throws {
        let outcome = try place.run(prefix + ["mount", "-o", "remount,size=\(size)", path])
        guard outcome.status == 0 else { throw Failure("remount: \(outcome)") }
    }

    func end() { holder.destroy() }
}
