import QueryService
import Configuration
import Yams

/// The values of a YAML file by their dotted keys, each with its line.
struct SettingsFile {
    let path: String
    private(set) var values: [String: (content: ConfigContent, line: Int)] = [:]

    /// Reads a file.
    ///
    /// - Throws: what is wrong in it: no YAML, an unknown key, a value of another type.
    init(path: String, text: String) throws(SettingsError) {
        self.path = path
        var text = text
        // Editors of other systems put it there. Yams takes it for the first key.
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw SettingsError(description: "\(path): is not YAML: \(Self.reason(error))")
        }
        guard let root, !root.isNothing else { return }
        try read(root, "")
    }

    private mutating func read(_ node: Node, _ key: String) throws(SettingsError) {
        let line = node.mark?.line ?? 0
        if let kind = SettingsSchema.kind(of: key) {
            guard values[key] == nil else { throw fault(key, line, "stands twice") }
            guard !node.isNothing else { return try readNothing(key, line) }
            guard let content = content(of: node, kind) else {
                throw fault(key, line, "must be \(kind.name)")
            }
            values[key] = (content, line)
            return
        }
        guard key.isEmpty || SettingsSchema.defaults.keys.contains(where: { $0.hasPrefix("\(key).") }) else {
            throw fault(key, line, "is not a key of the configuration\(Self.suggestion(for: key))")
        }
        // All that stands below it is commented out.
        if node.isNothing { return }
        guard case .mapping(let mapping) = node else {
            throw fault(place(key), line, "must be a mapping of keys to values")
        }
        for (name, value) in mapping {
            guard let name = name.string else { throw fault(place(key), line, "has a key that is no text") }
            try read(value, key.isEmpty ? name : "\(key).\(name)")
        }
    }

    /// A key without a value keeps its default, if that is to have none.
    private func readNothing(_ key: String, _ line: Int) throws(SettingsError) {
        guard SettingsSchema.mayBeEmpty(key) else {
            throw fault(key, line, "has no value (nothing, ~ or null): give it one, or leave the key out")
        }
    }

    private func content(of node: Node, _ kind: SettingsSchema.Kind) -> ConfigContent? {
        switch (node, kind) {
        case (.scalar(let scalar), .text): .string(scalar.string)
        case (.scalar(let scalar), .int), (.scalar(let scalar), .double), (.scalar(let scalar), .bool):
            SettingsSchema.value(scalar.string, kind)
        case (.sequence(let sequence), .textList):
            sequence.allSatisfy { $0.string != nil && !$0.isNothing }
                ? .stringArray(sequence.compactMap(\.string)) : nil
        case (.mapping(let mapping), .textMap): texts(of: mapping).map(ConfigContent.stringArray)
        default: nil
        }
    }

    /// `name=text` of each member; nil where one is no text.
    private func texts(of mapping: Node.Mapping) -> [String]? {
        let texts = mapping.compactMap { name, value in
            value.isNothing ? nil : name.string.flatMap { name in value.string.map { "\(name)=\($0)" } }
        }
        return texts.count == mapping.count ? texts : nil
    }

    private func place(_ key: String) -> String { key.isEmpty ? "the file" : key }

    private func fault(_ key: String, _ line: Int, _ detail: String) -> SettingsError {
        SettingsError(description: "\(path):\(line): \(key) \(detail)")
    }

    /// The known keys under the same parent.
    private static func suggestion(for key: String) -> String {
        let parent = key.split(separator: ".").dropLast().joined(separator: ".")
        let depth = key.split(separator: ".").count
        let known = Set(
            SettingsSchema.defaults.keys.filter { parent.isEmpty || $0.hasPrefix("\(parent).") }.map {
                $0.split(separator: ".").prefix(depth).joined(separator: ".")
            })
        return known.isEmpty ? "" : "; there are \(known.sorted().joined(separator: ", "))"
    }

    private static func reason(_ error: any Error) -> String {
        "\(error)".split(separator: "\n").joined(separator: " ")
    }
}

extension Node {
    /// Whether it is YAML's null: `~`, `null` or nothing, unquoted.
    fileprivate var isNothing: Bool { null != nil }
}
