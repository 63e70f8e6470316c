/// How to go on with a load that broke off.
struct LoadResumption: Equatable {
    /// The command as it was called, without `--skip` and files, such as `audit-query load --rate 500`.
    let command: [String]
    let files: [String]

    /// What is stored for sure, and the command line that loads the rest.
    func text(after position: LoadPosition) -> String {
        let file = files[position.fileIndex]
        let count = position.settledEntries
        let stored =
            "\(counted(position.storedCount, "record")) \(position.storedCount == 1 ? "is" : "are") stored"
        let noun = position.areLines ? "line" : "entry"
        let nouns = position.areLines ? "lines" : "entries"
        let done =
            count == 1
            ? "the first \(noun) of \(Self.name(file)) is"
            : "the first \(count) \(nouns) of \(Self.name(file)) are"
        let settled = count == 0 ? "" : ", and \(done) done"
        let advice = file == "-" ? "To load the rest, send the same input again to" : "To load the rest"
        return "\(stored)\(settled). \(advice):\n  \(line(after: position))"
    }

    /// A line for a POSIX shell.
    func line(after position: LoadPosition) -> String {
        let rest = files[position.fileIndex...]
        let skip = position.settledEntries == 0 ? [] : ["--skip", "\(position.settledEntries)"]
        // What begins with a hyphen is an option before `--`, but for the one that is standard input.
        let end = rest.contains { $0.hasPrefix("-") && $0 != "-" } ? ["--"] : []
        return (command + skip + end + rest).map(Self.quoted).joined(separator: " ")
    }

    static func name(_ file: String) -> String { file == "-" ? "standard input" : file }

    private static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "-_./:=,+@%".utf8.contains(byte)
            }
        }
        return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }
}
