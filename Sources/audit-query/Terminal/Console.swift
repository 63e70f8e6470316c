import Files
import Foundation
import Glibc
import Synchronization

/// Why standard output or standard error takes no more.
struct OutputError: Error, CustomStringConvertible {
    /// As in errno(3).
    let number: Int32

    /// Whoever read has gone (head, a closed pager): there is nobody left to tell, and nothing went wrong.
    var isReaderGone: Bool { number == EPIPE }

    /// What the system says of it.
    var reason: String { "standard output: \(String(cString: strerror(number)))" }

    var description: String { "\(reason): what was printed is not complete" }
}

/// Standard output and standard error.
enum Console {
    /// Whether a person sees standard output.
    static var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    /// Whether a person sees standard error.
    static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Whether to use colour on standard output: on a terminal, unless NO_COLOR is set (no-color.org).
    static var usesColour: Bool { isOutputTerminal && getenv("NO_COLOR") == nil }

    /// The columns of the terminal on standard output; nil when there is none.
    static var width: Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Whether the terminal's characters are those of Unicode, as the environment says it (locale(7)).
    static var showsBlocks: Bool {
        let environment = ProcessInfo.processInfo.environment
        let locales = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
        return locales.first { !$0.isEmpty }?.lowercased().contains(/utf-?8/) ?? false
    }

    /// A terminal's columns where it does not tell them.
    static let usualWidth = 80

    /// A line on standard output, bold where colour is used.
    static func bold(_ line: String) -> String { usesColour ? "\u{1B}[1m\(line)\u{1B}[0m" : line }

    /// A line on standard output.
    static func output(_ line: String) throws(OutputError) {
        try output(Array(line.utf8) + [UInt8(ascii: "\n")])
    }

    /// Bytes on standard output. It is what a command was called for, so a failure ends the command.
    static func output(_ bytes: [UInt8]) throws(OutputError) {
        try write(bytes, to: STDOUT_FILENO)
    }

    /// A value as JSON on standard output, on several lines or on one.
    static func output(json value: some Encodable, isPretty: Bool = true) throws {
        try output(Self.json(value, isPretty: isPretty))
    }

    /// A value as JSON, with the end of its line.
    static func json(_ value: some Encodable, isPretty: Bool = true) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        encoder.dateEncodingStrategy = .iso8601
        return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
    }

    /// A line on standard error. Work goes on without it, and ``isErrorLost`` says so at the end.
    static func error(_ line: String) {
        errorBytes(Array(line.utf8) + [UInt8(ascii: "\n")])
    }

    /// Text on standard error that the next one may overwrite.
    static func errorInPlace(_ text: String) {
        errorBytes(Array("\r\u{1B}[K\(text)".utf8))
    }

    /// Puts something that can be neither read nor written where a standard descriptor is closed. The next file that is
    /// opened would take its number, and get what is printed.
    static func occupyClosedDescriptors() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest free number is this one: those before it are open by now.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// Closes standard output: some file systems tell only then that what was written is lost.
    static func closeOutput() throws(OutputError) {
        guard close(STDOUT_FILENO) != 0, errno != EBADF else { return }
        throw OutputError(number: errno)
    }

    /// Whether something could not be told on standard error, though somebody may look at it still.
    static var isErrorLost: Bool { errorLost.load(ordering: .relaxed) }

    private static let errorLost = Atomic(false)

    private static func errorBytes(_ bytes: [UInt8]) {
        do throws(OutputError) {
            try write(bytes, to: STDERR_FILENO)
        } catch {
            if !error.isReaderGone { errorLost.store(true, ordering: .relaxed) }
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(OutputError) {
        if let number = writeAll(bytes, to: descriptor) { throw OutputError(number: number) }
    }
}
