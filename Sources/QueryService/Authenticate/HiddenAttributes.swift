package import AuditRecords
internal import JSONBytes

/// The attributes that a policy leaves out of every record: each a name, which hides what is called so at every depth, or a
/// path of several names, which hides only there.
///
/// Names are compared byte by byte, after JSON's escapes in a record have been decoded.
package struct HiddenAttributes: Hashable, Sendable {
    /// The most that one policy may name.
    package static let maximumCount = 100
    /// The longest spelling of one of them, in bytes.
    package static let maximumByteCount = 1024

    /// Nil when nothing is hidden. One reference, because each request copies its key's policy some times.
    private let content: Content?

    private final class Content: Sendable {
        let paths: [AttributePath]
        let names: [[UInt8]]
        let branches: [Branch]

        init(_ paths: [AttributePath]) {
            self.paths = paths
            names = paths.filter { $0.names.count == 1 }.map { $0.names[0].bytes }
            var branches: [Branch] = []
            for path in paths where path.names.count > 1 { branches.add(path.names[...]) }
            self.branches = branches
        }
    }

    /// A name on the way to what is hidden, and how the ways go on behind it.
    struct Branch: Sendable {
        let name: [UInt8]
        /// Whether a way ends here.
        var isHidden = false
        var branches: [Branch] = []
    }

    /// What these paths hide. Costs some microseconds for each, once for a key.
    package init(_ paths: some Sequence<AttributePath> = []) {
        let paths = Set(paths).sorted()
        content = paths.isEmpty ? nil : Content(paths)
    }

    /// What is hidden, in the order of the names' bytes.
    package var paths: [AttributePath] { content?.paths ?? [] }
    /// What is hidden at every depth.
    private var names: [[UInt8]] { content?.names ?? [] }
    /// The beginnings of what is hidden at one place only.
    var branches: [Branch] { content?.branches ?? [] }

    /// Whether both hide the same.
    package static func == (left: HiddenAttributes, right: HiddenAttributes) -> Bool {
        left.content === right.content || left.paths == right.paths
    }

    /// Hashes what is hidden.
    package func hash(into hasher: inout Hasher) { hasher.combine(paths) }

    /// Reads paths as a key file and the command line spell them.
    ///
    /// - Throws: which of them is wrong and how, for a person to read.
    package init(spelled texts: [String]) throws(HiddenAttributesError) {
        guard texts.count <= Self.maximumCount else {
            throw HiddenAttributesError("are \(texts.count); at most \(Self.maximumCount) can be hidden")
        }
        var paths: [AttributePath] = []
        for text in texts { paths.append(try Self.path(text)) }
        self.init(paths)
    }

    /// Whether nothing is hidden.
    package var isEmpty: Bool { content == nil }

    /// Whether nothing is hidden inside a value below which no path goes on.
    var isShallow: Bool { names.isEmpty }

    /// Whether a member is hidden wherever it stands.
    func contains(_ name: ArraySlice<UInt8>) -> Bool {
        names.contains { $0.count == name.count && $0[...] == name }
    }

    /// Whether something of what a filter sees at a path may be hidden, because a way to it is.
    package func hides(anyOf path: AttributePath) -> Bool {
        paths.contains { hidden in
            hidden.names.count == 1
                ? path.names.contains(hidden.names[0]) : path.names.starts(with: hidden.names)
        }
    }

    private static func path(_ text: String) throws(HiddenAttributesError) -> AttributePath {
        guard text.utf8.count <= maximumByteCount else {
            throw HiddenAttributesError(
                "has a path of \(text.utf8.count) bytes; at most \(maximumByteCount) are allowed")
        }
        let path: AttributePath
        do throws(AttributePathError) {
            path = try AttributePath(text)
        } catch {
            throw HiddenAttributesError("\(text.quoted) \(error)")
        }
        try check(path)
        return path
    }

    /// Refuses what cannot be hidden.
    static func check(_ path: AttributePath) throws(HiddenAttributesError) {
        guard !fields.contains(path.names[0]) else {
            throw HiddenAttributesError(
                "\(path): \(path.names[0]) is a field of the record itself, which is never hidden")
        }
    }

    private static let fields = Set(
        ["auditId", "timestamp", "systemId", "userId", "resourceId"].map { Identifier($0) })
}

/// Why attributes cannot be hidden as it was asked.
package struct HiddenAttributesError: Error, CustomStringConvertible {
    /// What is wrong with which of them.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension [HiddenAttributes.Branch] {
    /// The branch of a member's name; nil when no way goes on there.
    func branch(named name: ArraySlice<UInt8>) -> HiddenAttributes.Branch? {
        first { $0.name.count == name.count && $0.name[...] == name }
    }

    fileprivate mutating func add(_ names: ArraySlice<Identifier>) {
        guard let name = names.first?.bytes else { return }
        let index = firstIndex { $0.name == name } ?? endIndex
        if index == endIndex { append(HiddenAttributes.Branch(name: name)) }
        let rest = names.dropFirst()
        if rest.isEmpty { self[index].isHidden = true } else { self[index].branches.add(rest) }
    }
}

extension String {
    /// In double quotes, its control characters escaped, cut to what a line can show.
    var quoted: String {
        var text: [UInt8] = []
        text.append(jsonString: String(unicodeScalars.prefix(80)).utf8)
        return String(decoding: text, as: UTF8.self)
    }
}
