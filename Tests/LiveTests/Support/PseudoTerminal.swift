import Glibc
import TestSupport

/// A terminal that nobody sits at, for what a command draws on one.
final class PseudoTerminal {
    /// What a process opens to write to it.
    let path: String
    private let ours: Int32
    /// Held so that what was written is kept when the process has ended.
    private let theirs: Int32
    private var seen: [UInt8] = []

    /// TIOCSPTLCK and TIOCGPTN of ioctl_tty(2), which Swift does not see.
    private static let (lock, number): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

    /// A terminal of so many columns. It holds a few kilobytes that nobody has read.
    init(columns: UInt16) throws {
        var number: UInt32 = 0
        var lock: Int32 = 0
        ours = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        guard ours >= 0, ioctl(ours, Self.lock, &lock) == 0, ioctl(ours, Self.number, &number) == 0 else {
            throw Failure("no pseudo-terminal: \(String(cString: strerror(errno)))")
        }
        path = "/dev/pts/\(number)"
        theirs = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        var size = winsize(ws_row: 50, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard theirs >= 0, ioctl(ours, UInt(TIOCSWINSZ), &size) == 0 else {
            throw Failure("no size of a pseudo-terminal: \(String(cString: strerror(errno)))")
        }
    }

    deinit {
        close(ours)
        close(theirs)
    }

    /// What has been written to it up to now, its lines ended as in a file.
    func text() -> String {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = read(ours, &buffer, buffer.count), count > 0 { seen += buffer.prefix(count) }
        return String(decoding: seen, as: UTF8.self).replacing("\r\n", with: "\n")
    }
}
