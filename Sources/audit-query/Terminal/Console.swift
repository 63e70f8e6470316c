import Glibc

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

    /// A line on standard output.
    static func output(_ line: String) {
        write(Array(line.utf8) + [UInt8(ascii: "\n")], to: STDOUT_FILENO)
    }

    /// Bytes on standard output.
    static func output(_ bytes: [UInt8]) {
        write(bytes, to: STDOUT_FILENO)
    }

    /// A line on standard error.
    static func error(_ line: String) {
        write(Array(line.utf8) + [UInt8(ascii: "\n")], to: STDERR_FILENO)
    }

    /// Text on standard error that the next one may overwrite.
    static func errorInPlace(_ text: String) {
        write(Array("\r\u{1B}[K\(text)".utf8), to: STDERR_FILENO)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            // Whoever read has gone (head, a closed pager): there is nobody left to tell.
            guard count > 0 else { exit(0) }
            rest = rest.dropFirst(count)
        }
    }
}

extension String {
    /// This text without control characters, which could steer the terminal that shows it.
    var printable: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    }
}
