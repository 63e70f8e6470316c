internal import AuditRecords
internal import JSONBytes
internal import Cryptography

/// A key as the key file spells it.
struct StoredKey: Encodable {
    var id: String
    var name: String
    var digest: String
    var systems: [String]
    /// Paths, as ``AttributePath`` writes them.
    var hiddenAttributes: [String]
    var created: String
    var expires: String?
    /// Until when a key is accepted that another one has replaced.
    var graceEnds: String?
    /// When it was revoked. From then on it is refused, whatever any clock says.
    var revoked: String?
    /// Where it stands in what was read.
    private var line: Int?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case id, name, digest, systems, hiddenAttributes, created, expires, graceEnds, revoked
    }

    init(id: String, name: String, digest: String, policy: Policy, created: Timestamp, expires: Timestamp?) {
        self.id = id
        self.name = name
        self.digest = digest
        systems = policy.scope.patterns
        hiddenAttributes = policy.hiddenAttributes.paths.map(\.description)
        self.created = Self.wholeSeconds(created)
        self.expires = expires.map { String(decoding: min($0, Self.last).text, as: UTF8.self) }
    }

    /// The last instant that can be written: a day's end is the next one's beginning, which the last day has none of.
    private static let last = Timestamp.endOfTime.advanced(bySeconds: -1, nanoseconds: 999_999_999)

    /// Reads a key that begins on this line of a document.
    init(_ object: JSONObject, _ version: KeyDocument.Version, line: Int) throws(KeyDocumentFault) {
        let members = try KeyMembers(
            object, line: line, "a key", allowed: Set(CodingKeys.allCases.map(\.rawValue)))
        id = try members.text("id")
        name = try members.text("name")
        digest = try members.text("digest")
        systems = try members.texts("systems")
        hiddenAttributes = try members.texts("hiddenAttributes")
        created = try members.text("created")
        expires = try members.optionalText("expires")
        graceEnds = try members.optionalText("graceEnds")
        revoked = try members.optionalText("revoked")
        self.line = line
        if version == .names {
            hiddenAttributes = hiddenAttributes.map { AttributePath(name: Identifier($0)).description }
        }
    }

    /// Whether only programs that know paths and graces may read it.
    var needsPaths: Bool {
        graceEnds != nil || hiddenAttributes.contains { (try? AttributePath($0).isPlainName) != true }
    }

    /// An instant for people to read, without its fraction.
    static func wholeSeconds(_ instant: Timestamp) -> String {
        String(decoding: min(instant, last).text(fractionDigits: 0), as: UTF8.self)
    }

    /// The key and the digest of its secret.
    ///
    /// - Throws: what is wrong, with the key and its line.
    func parsed() throws(KeyDocumentFault) -> (digest: Digest, key: APIKey) {
        if let fault = Self.idFault(id) {
            throw KeyDocumentFault(line: line, "key \(id.quoted): its id \(fault)")
        }
        if let reason = Identifier(name).fault, !name.isEmpty { throw fault("its name \(reason)") }
        guard let digest = Digest(hexadecimal: digest) else {
            throw fault("digest is not 64 hexadecimal digits")
        }
        let policy = Policy(scope: try scope(), hiddenAttributes: try hidden())
        return (
            digest,
            APIKey(
                id: id, name: name, policy: policy, created: try instant(created, "created"),
                expires: try optional(expires, "expires"), graceEnds: try optional(graceEnds, "graceEnds"),
                revoked: try optional(revoked, "revoked"))
        )
    }

    /// A fault of this key, with its line.
    func fault(_ detail: String) -> KeyDocumentFault { KeyDocumentFault(line: line, "key \(id): \(detail)") }

    /// Ids go into headers and logs, and onto command lines.
    private static func idFault(_ id: String) -> String? {
        if id.isEmpty { return "is empty" }
        if id.utf8.count > 128 { return "has \(id.utf8.count) bytes; at most 128 are allowed" }
        let isVisible = id.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return isVisible ? nil : "has other characters than the visible ones of ASCII"
    }

    private func scope() throws(KeyDocumentFault) -> SystemScope {
        guard !systems.isEmpty else { throw fault("systems is empty; [\"*\"] means all") }
        guard systems.count <= SystemScope.maximumCount else {
            throw fault(
                "systems are \(systems.count); at most \(SystemScope.maximumCount) are allowed: use prefixes")
        }
        for system in systems {
            if let reason = SystemPattern.fault(of: system) {
                throw fault("systems: \(system.quoted) \(reason)")
            }
        }
        return SystemScope(patterns: systems)
    }

    private func hidden() throws(KeyDocumentFault) -> HiddenAttributes {
        do throws(HiddenAttributesError) {
            return try HiddenAttributes(spelled: hiddenAttributes)
        } catch {
            throw fault("hiddenAttributes: \(error)")
        }
    }

    private func optional(_ text: String?, _ member: String) throws(KeyDocumentFault) -> Timestamp? {
        try text.map { text throws(KeyDocumentFault) in try instant(text, member) }
    }

    private func instant(_ text: String, _ member: String) throws(KeyDocumentFault) -> Timestamp {
        do throws(TimestampError) {
            return try Timestamp.parse(Array(text.utf8)).instant
        } catch {
            throw fault("\(member) \(error)")
        }
    }
}
