package import AuditRecords
internal import Cryptography
internal import JSONBytes

/// Makes records of a format's events, by the rules that all formats share (docs/formats.md, C1 to C13).
package struct EventRecord {
    /// The system of events that name none.
    private let formatName: [UInt8]
    private let options: FormatOptions

    /// What stands where an event names nobody, nothing, or no action.
    private static let fallback = [UInt8(ascii: "-")]
    private static let replacementCharacter: [UInt8] = [0xEF, 0xBF, 0xBD]
    /// The most bytes of `<timestamp>#<auditId>`, DynamoDB's sort key: an auditId has less room than other ids.
    private static let sortKeyByteCount = 1024

    /// The rules for events of a format, by its name.
    package init(formatName: String, options: FormatOptions) {
        self.formatName = Array(formatName.utf8)
        self.options = options
    }

    /// The record of an event: one that every store can hold (``RecordRules``), but for what a store says of its own. Costs a
    /// few µs for each KB of it.
    package func record(_ event: Event) -> AuditRecord {
        let details = StoredDetails(event.details)
        let auditId = event.auditId.flatMap { $0.isEmpty ? nil : $0 } ?? details.digest
        let room = Self.sortKeyByteCount - event.timestamp.text.count - 1
        let key = RecordKey(
            systemId: Self.identifier(options.system ?? named(event.systemId) ?? formatName),
            instant: event.timestamp, auditId: Self.identifier(auditId, byteCount: room))
        return AuditRecord(
            key: key, userId: Self.identifier(event.userId), resourceId: Self.identifier(event.resourceId),
            attributes: attributes(of: event, details))
    }

    private func named(_ text: [UInt8]?) -> [UInt8]? { text?.isEmpty == false ? text : nil }

    private func attributes(of event: Event, _ details: StoredDetails) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(details.json.count + 128)
        text.append(json: "{\"action\":")
        text.append(
            jsonString: replacingHalfPairs(named(event.action) ?? Self.fallback, with: [UInt8(ascii: "?")]))
        text.append(json: ",\"outcome\":")
        text.append(jsonString: event.outcome.rawValue.utf8)
        if let address = event.sourceIp.flatMap({ IPAddress(in: $0) }) {
            text.append(json: ",\"sourceIp\":")
            text.append(jsonString: address.text)
        }
        text.append(json: ",\"details\":")
        text += details.json
        text.append(UInt8(ascii: "}"))
        return text
    }

    /// The id of a text: of one that is too long its beginning and a digest of it all.
    private static func identifier(
        _ text: [UInt8]?, byteCount limit: Int = Identifier.maximumByteCount
    ) -> Identifier {
        guard let text, !text.isEmpty else { return Identifier(fallback) }
        let id = text.isPrintableASCII ? text : withoutControls(text)
        guard id.count > limit else { return Identifier(id) }
        let digest = Digest(of: id).hexadecimal.utf8.prefix(16)
        var cut = limit - 17
        while id[cut] & 0xC0 == 0x80 { cut -= 1 }
        return Identifier(id[..<cut] + [UInt8(ascii: "~")] + digest)
    }

    /// The text with U+FFFD for what no id may have: control characters and halves of surrogate pairs.
    private static func withoutControls(_ text: [UInt8]) -> [UInt8] {
        let scalars = replacingHalfPairs(text, with: replacementCharacter)
        var id: [UInt8] = []
        id.reserveCapacity(scalars.count)
        var place = 0
        while place < scalars.count {
            let byte = scalars[place]
            let isLong = byte == 0xC2 && place + 1 < scalars.count && scalars[place + 1] < 0xA0
            if isLong || byte < 0x20 || byte == 0x7F {
                id += replacementCharacter
            } else {
                id.append(byte)
            }
            place += isLong ? 2 : 1
        }
        return id
    }
}
