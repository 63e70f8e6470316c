/// One of the files that AWS's tools share, taken apart into sections
/// (docs.aws.amazon.com/sdkref/latest/guide/file-format.html).
struct SharedFile {
    /// The settings of each section, by the text between its brackets and their names in lower case. A
    /// section that comes again adds to what there is, a setting that comes again replaces it.
    private(set) var sections: [String: [String: Setting]] = [:]
    private let path: String
    private var section: String?
    private var setting: String?

    init(_ text: String, path: String) throws(AWSEnvironmentError) {
        self.path = path
        // Split as bytes: to Swift, CR and LF together are one character, which is no line feed.
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, bytes) in lines.enumerated() {
            var line = Substring(bytes)
            if index == 0, line.unicodeScalars.first == "\u{FEFF}" { line.unicodeScalars.removeFirst() }
            try read(line, number: index + 1)
        }
    }

    private mutating func read(_ line: Substring, number: Int) throws(AWSEnvironmentError) {
        let content = line.trimmed
        guard let first = content.utf8.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else {
            return
        }
        if first == UInt8(ascii: "[") {
            try open(content, number)
        } else if line.utf8.first?.isBlank == true {
            try readNested(content, number)
        } else {
            try readSetting(content, number)
        }
    }

    private mutating func open(_ header: Substring, _ number: Int) throws(AWSEnvironmentError) {
        guard let end = header.firstIndex(of: "]") else { throw fault("a section's name has no ]", number) }
        let name = String(header[..<end].dropFirst().trimmed)
        section = name
        setting = nil
        sections[name, default: [:]].merge([:]) { $1 }
    }

    private mutating func readSetting(_ line: Substring, _ number: Int) throws(AWSEnvironmentError) {
        guard let section else { throw fault("a setting stands before the first [section]", number) }
        let (name, value) = try split(line, number)
        setting = name
        sections[section]?[name] = Setting(text: value)
    }

    /// An indented line: a setting below one that has no text, or else more of its text.
    private mutating func readNested(_ line: Substring, _ number: Int) throws(AWSEnvironmentError) {
        guard let section, let setting, var above = sections[section]?[setting] else {
            throw fault("an indented line has no setting above it", number)
        }
        if above.text.isEmpty {
            let (name, value) = try split(line, number)
            above.nested[name] = value
        } else {
            above.text += "\n" + line
        }
        sections[section]?[setting] = above
    }

    private func split(
        _ line: Substring, _ number: Int
    ) throws(AWSEnvironmentError) -> (name: String, value: String) {
        guard let equals = line.firstIndex(of: "="), equals > line.startIndex else {
            throw fault("name = value was expected", number)
        }
        let name = line[..<equals].trimmed.lowercased()
        let value = line[line.index(after: equals)...].trimmed
        // A command's words may hold a # of their own.
        return (name, String(name == "credential_process" ? value : value.withoutComment))
    }

    /// Never repeats a line, which may hold a secret.
    private func fault(_ what: String, _ number: Int) -> AWSEnvironmentError {
        AWSEnvironmentError("\(path), line \(number): \(what)")
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool {
        self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\r")
    }
}

extension Substring {
    /// Without blanks at both ends, the CR of a line's end among them.
    fileprivate var trimmed: Substring {
        var rest = utf8[...]
        while rest.first?.isBlank == true { rest.removeFirst() }
        while rest.last?.isBlank == true { rest.removeLast() }
        return Substring(rest)
    }

    /// Without a comment, which begins with a blank and a # or ;.
    fileprivate var withoutComment: Substring {
        let bytes = utf8
        let start = bytes.indices.first { index in
            let next = bytes.index(after: index)
            guard bytes[index].isBlank, next < bytes.endIndex else { return false }
            return bytes[next] == UInt8(ascii: "#") || bytes[next] == UInt8(ascii: ";")
        }
        return start.map { self[..<$0].trimmed } ?? self
    }
}
