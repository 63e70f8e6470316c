internal import Glibc

/// What stands at a path, links followed.
package enum FileKind: String {
    case regular = "a regular file"
    case folder = "a folder"
    case pipe = "a named pipe"
    case socket = "a socket"
    case device = "a device"

    /// Nil when nothing is there, or it may not be looked at. Opens nothing: that of a pipe may not return.
    package init?(at path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .folder
            case S_IFIFO: .pipe
            case S_IFSOCK: .socket
            default: .device
            }
    }

    /// Whether this process may read what stands at a path.
    package static func mayRead(_ path: String) -> Bool { access(path, R_OK) == 0 }

    /// A path without symbolic links; the path itself when nothing is there.
    package static func resolved(_ path: String) -> String { LocalFile.realpath(path) ?? path }
}
