import Files
import LogFormats
import Yams

/// A mapping as somebody writes it in YAML (docs/formats.md).
struct MappingFile {
    let mapping: EventMapping

    /// Reads a file of at most 1 MiB.
    ///
    /// - Throws: what is wrong in it, with its line and key, and what may stand there.
    init(path: String) throws(MappingError) {
        let text: String
        do throws(FileError) {
            text = try textFile(path)
        } catch {
            throw MappingError("--map: \(error)")
        }
        try self.init(path: path, text: text)
    }

    /// Reads a file's text.
    init(path: String, text: String) throws(MappingError) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            let line = (error as? YamlError).map { "\($0)" } ?? "\(error)"
            throw MappingError("\(path): is not YAML: \(line.split(separator: "\n").joined(separator: " "))")
        }
        mapping = try MappingReader(path: path).mapping(root)
    }
}

/// Why a mapping cannot be used.
struct MappingError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Makes a mapping of YAML's nodes.
private struct MappingReader {
    private static let keys = [
        "format", "name", "time", "id", "system", "user", "resource", "action", "address", "outcome", "skip",
        "columns",
    ]

    let path: String

    func mapping(_ root: Node?) throws(MappingError) -> EventMapping {
        let values = try members(root, "the file", Self.keys)
        guard let time = values["time"] else {
            throw MappingError(
                "\(path): time is missing: say which member is it, as time: {path: created_at}")
        }
        let times = try members(time, "time", ["path", "form", "zone"])
        guard let timePath = times["path"] else { throw fault(time, "time", "has no path") }
        guard let name = values["name"] else {
            throw MappingError("\(path): name is missing: it is the system of events that name none")
        }
        var mapping = EventMapping(
            name: try text(name, "name"), time: try memberPath(timePath, "time.path"))
        mapping.shape = try word(values["format"], "format", or: .json)
        mapping.timeForm = try word(times["form"], "time.form", or: .rfc3339)
        if let zone = times["zone"] {
            let name = try text(zone, "time.zone")
            do throws(ZoneFileError) {
                mapping.times = TimeReader(zone: try ZoneRules(named: name))
            } catch {
                throw fault(zone, "time.zone", "\(error)")
            }
        }
        mapping.id = try memberPaths(values["id"], "id")
        mapping.system = try memberPaths(values["system"], "system")
        mapping.user = try memberPaths(values["user"], "user")
        mapping.resource = try memberPaths(values["resource"], "resource")
        mapping.action = try memberPaths(values["action"], "action")
        mapping.address = try memberPaths(values["address"], "address")
        mapping.outcomes = try outcomes(values["outcome"])
        mapping.skipped = try skipped(values["skip"])
        if let columns = values["columns"] {
            guard mapping.shape == .csv else { throw fault(columns, "columns", "is for format: csv alone") }
            mapping.columns = try texts(columns, "columns")
        }
        return mapping
    }

    private func outcomes(_ node: Node?) throws(MappingError) -> [(Outcome, EventMapping.Rule)] {
        guard let node else { return [] }
        let values = try members(node, "outcome", ["path", "success", "failure", "denied"])
        guard let place = values["path"] else { throw fault(node, "outcome", "has no path") }
        let memberPath = try memberPath(place, "outcome.path")
        var outcomes: [(Outcome, EventMapping.Rule)] = []
        // What was refused counts first: 403 is said beside 4*.
        for outcome in [Outcome.denied, .failure, .success] {
            guard let value = values[outcome.rawValue] else { continue }
            let texts = try texts(value, "outcome.\(outcome.rawValue)")
            outcomes.append((outcome, EventMapping.Rule(memberPath, EventMapping.Texts(texts))))
        }
        return outcomes
    }

    private func skipped(_ node: Node?) throws(MappingError) -> [EventMapping.Rule] {
        guard let node else { return [] }
        guard case .sequence(let rules) = node else {
            throw fault(node, "skip", "must be a list such as [{path: type, is: health}]")
        }
        var skipped: [EventMapping.Rule] = []
        for rule in rules {
            let values = try members(rule, "skip", ["path", "is"])
            guard let place = values["path"], let texts = values["is"] else {
                throw fault(rule, "skip", "needs path and is in each of its rules")
            }
            skipped.append(
                EventMapping.Rule(
                    try memberPath(place, "skip.path"), EventMapping.Texts(try self.texts(texts, "skip.is"))))
        }
        return skipped
    }

    private func members(_ node: Node?, _ key: String, _ allowed: [String]) throws(MappingError) -> [String:
        Node]
    {
        guard let node, case .mapping(let mapping) = node else {
            throw fault(node, key, "must be a mapping with \(allowed.joined(separator: ", "))")
        }
        var members: [String: Node] = [:]
        for (name, value) in mapping {
            let name = name.string ?? ""
            guard allowed.contains(where: { $0 == name }) else {
                throw fault(value, key, "has \(name), and may have \(allowed.joined(separator: ", "))")
            }
            members[name] = value
        }
        return members
    }

    private func word<Word: RawRepresentable & CaseIterable>(
        _ node: Node?, _ key: String, or preset: Word
    ) throws(MappingError) -> Word where Word.RawValue == String {
        guard let node else { return preset }
        guard let word = node.string.flatMap(Word.init) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw fault(node, key, "must be one of \(words)")
        }
        return word
    }

    private func memberPaths(_ node: Node?, _ key: String) throws(MappingError) -> [MemberPath] {
        guard let node else { return [] }
        guard case .sequence(let nodes) = node else { return [try memberPath(node, key)] }
        var paths: [MemberPath] = []
        for node in nodes { paths.append(try memberPath(node, key)) }
        return paths
    }

    private func memberPath(_ node: Node, _ key: String) throws(MappingError) -> MemberPath {
        guard let path = MemberPath(try text(node, key)) else {
            throw fault(
                node, key,
                "must be names with dots between them, such as request.user (\\. is a dot in a name)")
        }
        return path
    }

    private func texts(_ node: Node, _ key: String) throws(MappingError) -> [String] {
        guard case .sequence(let nodes) = node else { return [try text(node, key)] }
        var texts: [String] = []
        for node in nodes { texts.append(try text(node, key)) }
        return texts
    }

    private func text(_ node: Node, _ key: String) throws(MappingError) -> String {
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
            throw fault(node, key, "must be a text")
        }
        return scalar.string
    }

    private func fault(_ node: Node?, _ key: String, _ detail: String) -> MappingError {
        let line = node?.mark.map { ":\($0.line)" } ?? ""
        return MappingError("\(path)\(line): \(key) \(detail)")
    }
}
