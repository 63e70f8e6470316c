internal import AuditRecords
internal import JSONBytes
internal import Cryptography

/// What a record says, as bytes and as a digest that is the same in every store, whatever that does to the spelling of
/// numbers and the order of members.
extension AuditRecord {
    /// `{"attributes":{…},"auditId":…,"resourceId":…,"systemId":…,"timestamp":…,"userId":…}` in one spelling
    /// ([decision 42](docs/decisions/0042-a-load-looks-before-it-writes.md)). Costs some 10 µs for a usual record.
    ///
    /// - Throws: where its attributes are no JSON that says anything for sure.
    func canonicalJSON() throws(JSONFault) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(byteCount)
        text.append(json: "{\"attributes\":")
        text += try CanonicalJSON(object: attributes).text
        for (name, value): (StaticString, [UInt8]) in [
            ("auditId", key.auditId.bytes), ("resourceId", resourceId.bytes),
            ("systemId", key.systemId.bytes), ("timestamp", key.instant.text), ("userId", userId.bytes),
        ] {
            text.append(json: ",\"")
            text.append(json: name)
            text.append(json: "\":")
            text.append(jsonString: value)
        }
        text.append(UInt8(ascii: "}"))
        return text
    }

    /// The SHA-256 of its ``canonicalJSON()``, as 64 hexadecimal digits; nil where there is none.
    package var digest: String? {
        do throws(JSONFault) {
            return Digest(of: try canonicalJSON()).hexadecimal
        } catch {
            return nil
        }
    }

    /// Whether both say the same. Costs next to nothing where they spell it alike.
    func says(theSameAs other: AuditRecord) -> Bool {
        guard key.instant == other.key.instant, key.systemId == other.key.systemId,
            key.auditId == other.key.auditId, userId == other.userId, resourceId == other.resourceId
        else { return false }
        if attributes == other.attributes { return true }
        do throws(JSONFault) {
            return try CanonicalJSON(object: attributes).text == CanonicalJSON(object: other.attributes).text
        } catch {
            return false
        }
    }
}
