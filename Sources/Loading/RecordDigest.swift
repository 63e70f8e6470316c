package import AuditRecords
internal import Cryptography
internal import JSONBytes

/// What a record says as a digest that is the same in every store, and whether two say the same.
extension AuditRecord {
    /// The SHA-256 of its ``canonicalJSON()``, as 64 hexadecimal digits; nil where there is none.
    package var digest: String? {
        do throws(JSONFault) {
            return Digest(of: try canonicalJSON()).hexadecimal
        } catch {
            return nil
        }
    }

    /// Whether both say the same. Costs next to nothing where they spell it alike.
    package func says(theSameAs other: AuditRecord) -> Bool {
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
