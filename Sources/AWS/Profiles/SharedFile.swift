/// One of the files that AWS's tools share, taken apart into sections as the AWS CLI does it
/// (docs.aws.amazon.com/sdkref/latest/guide/file-format.html, and botocore's reading of it).
struct SharedFile {
    /// What stands below one title. What cannot be read there concerns only whoever uses it.
    struct Section {
        /// The settings by their names in lower case.
        fileprivate(set) var settings: [String: Setting] = [:]
        /// What is wrong in the first line that cannot be read.
        fileprivate(set) var fault: AWSEnvironmentError?

        /// This one with what another one adds and replaces.
        func merging(_ other: Section) -> Section {
            Section(
                settings: settings.merging(other.settings) { $1 }, fault: fault ?? other.fault)
        }

        /// The settings, for whoever uses them.
        func usable() throws(AWSEnvironmentError) -> [String: Setting] {
            if let fault { throw fault }
            return settings
        }
    }

    /// The sections by the text between their brackets. One that comes again adds to what there is, a setting
    /// that comes again replaces it.
    private(set) var sections: [String: Section] = [:]
    private let path: String
    private var section: String?
    /// The last setting, and how far it is indented: what is indented more belongs to it.
    private var setting: String?
    private var indentation = 0

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
        if first == UInt8(ascii: "[") { return try open(content, number) }
        guard let section else { throw fault("a setting stands before the first [section]", number) }
        do throws(AWSEnvironmentError) {
            let width = line.utf8.prefix { $0.isBlank }.count
            if let setting, width > indentation {
                try readNested(content, below: setting, in: section, number)
            } else {
                try readSetting(content, in: section, number)
                indentation = width
            }
        } catch {
            if sections[section]?.fault == nil { sections[section]?.fault = error }
        }
    }

    /// Fails the whole file: nobody knows whose the settings that follow would be.
    private mutating func open(_ header: Substring, _ number: Int) throws(AWSEnvironmentError) {
        guard let end = header.firstIndex(of: "]") else { throw fault("a section's name has no ]", number) }
        let name = String(header[..<end].dropFirst().trimmed)
        section = name
        setting = nil
        sections[name] = sections[name] ?? Section()
    }

    private mutating func readSetting(
        _ line: Substring, in section: String, _ number: Int
    ) throws(AWSEnvironmentError) {
        let (name, value) = try split(line, at: "=:", number)
        setting = name
        sections[section]?.settings[name] = Setting(text: value)
    }

    /// A line that is indented more: a setting below one that has no text, or else more of its text.
    private mutating func readNested(
        _ line: Substring, below setting: String, in section: String, _ number: Int
    ) throws(AWSEnvironmentError) {
        guard var above = sections[section]?.settings[setting] else { return }
        if above.text.isEmpty {
            let (name, value) = try split(line, at: "=", number)
            above.nested[name] = value
        } else {
            above.text += "\n" + line
        }
        sections[section]?.settings[setting] = above
    }

    private func split(
        _ line: Substring, at delimiters: String, _ number: Int
    ) throws(AWSEnvironmentError) -> (name: String, value: String) {
        guard let equals = line.firstIndex(where: delimiters.contains), equals > line.startIndex else {
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
