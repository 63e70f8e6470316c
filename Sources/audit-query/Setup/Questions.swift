import Glibc

/// Asks on the terminal for what was not given.
struct Questions {
    /// Whether there is somebody to ask.
    var isTerminal = isatty(STDIN_FILENO) == 1 && Console.isErrorTerminal
    /// The next line that was typed; nil at the end.
    var line: () -> String? = { readLine() }

    /// The answer to a question, or what Enter stands for.
    ///
    /// - Throws: what to give instead, where nobody can be asked.
    func ask(_ question: String, otherwise: String = "", option: String) throws(HostError) -> String {
        guard isTerminal else { throw HostError("\(option): see audit-query setup --help", .usage) }
        Console.errorInPlace("\(question)\(otherwise.isEmpty ? "" : " [\(otherwise)]"): ")
        guard let answer = line() else { throw HostError("stopped: nothing has changed") }
        return answer.isEmpty ? otherwise : answer
    }
}
