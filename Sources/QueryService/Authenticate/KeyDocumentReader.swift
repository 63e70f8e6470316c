internal import JSONBytes

/// Reads the text of a document of keys. Every member stands once and is a known one: a limit that is misspelt or repeated
/// must not become no limit.
struct KeyDocumentReader {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The keys as they are spelled, in the document's order.
    func keys() throws(KeyDocumentFault) -> [StoredKey] {
        let document: JSONObject
        do throws(JSONFault) {
            document = try JSONObject(bytes)
        } catch {
            throw KeyDocumentFault(line: line(of: error.offset), "is not a key file: \(error.detail)")
        }
        let members = try KeyMembers(document, line: 1, "the document", allowed: ["version", "keys"])
        let version = try version(members)
        guard let elements = document.elements(at: try members.range("keys")) else {
            throw KeyDocumentFault(line: nil, "keys is no array")
        }
        var line = 1
        var counted = 0
        return try elements.map { element throws(KeyDocumentFault) in
            line += newlines(counted..<element.lowerBound)
            counted = element.lowerBound
            guard let object = document.object(at: element) else {
                throw KeyDocumentFault(line: line, "a key is no JSON object")
            }
            return try StoredKey(object, version, line: line)
        }
    }

    private func version(_ members: KeyMembers) throws(KeyDocumentFault) -> KeyDocument.Version {
        let text = String(decoding: bytes[try members.range("version")], as: UTF8.self)
        let number = Int(text)
        guard let version = number.flatMap(KeyDocument.Version.init) else {
            let known = KeyDocument.Version.allCases.map { "\($0.rawValue)" }.joined(separator: " and ")
            let found = number.map(String.init) ?? text.quoted
            throw KeyDocumentFault(line: nil, "has version \(found); this program reads \(known)")
        }
        return version
    }

    private func line(of offset: Int) -> Int { 1 + newlines(0..<min(offset, bytes.count)) }

    private func newlines(_ range: Range<Int>) -> Int { bytes[range].count { $0 == UInt8(ascii: "\n") } }
}

/// The members of one object in a document of keys.
struct KeyMembers {
    private let object: JSONObject
    private let ranges: [String: Range<Int>]
    private let line: Int
    private let owner: String

    /// Members of `owner`, as messages call the object.
    init(_ object: JSONObject, line: Int, _ owner: String, allowed: Set<String>) throws(KeyDocumentFault) {
        var ranges: [String: Range<Int>] = [:]
        for member in object.members {
            let name = String(decoding: member.name, as: UTF8.self)
            guard allowed.contains(name) else {
                throw KeyDocumentFault(line: line, "\(owner): unknown member \(name.quoted)")
            }
            guard ranges.updateValue(member.value, forKey: name) == nil else {
                throw KeyDocumentFault(line: line, "\(owner): member \(name) stands twice")
            }
        }
        self.object = object
        self.ranges = ranges
        self.line = line
        self.owner = owner
    }

    /// Where a member's value stands.
    func range(_ name: String) throws(KeyDocumentFault) -> Range<Int> {
        guard let range = ranges[name] else { throw fault("\(name) is missing") }
        return range
    }

    func text(_ name: String) throws(KeyDocumentFault) -> String {
        guard let text = string(in: try range(name)) else { throw fault("\(name) is no text") }
        return text
    }

    /// Nil when there is no such member, or it is null.
    func optionalText(_ name: String) throws(KeyDocumentFault) -> String? {
        guard let range = ranges[name], !object.bytes[range].elementsEqual("null".utf8) else { return nil }
        return try text(name)
    }

    func texts(_ name: String) throws(KeyDocumentFault) -> [String] {
        guard let elements = object.elements(at: try range(name)) else {
            throw fault("\(name) is no array of texts")
        }
        return try elements.map { element throws(KeyDocumentFault) in
            guard let text = string(in: element) else {
                throw fault("\(name) has an element that is no text")
            }
            return text
        }
    }

    private func fault(_ detail: String) -> KeyDocumentFault {
        KeyDocumentFault(line: line, "\(owner): \(detail)")
    }

    private func string(in range: Range<Int>) -> String? {
        object.string(at: range).flatMap { String(validating: $0, as: UTF8.self) }
    }
}
