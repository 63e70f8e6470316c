package import struct FoundationEssentials.Date
internal import HTTPClient

/// What requests to AWS are signed with. Printed or dumped, it shows only the access key's id.
package struct Credentials: Sendable, Hashable {
    /// The access key's id, which every signature tells.
    package let accessKeyID: String
    /// The secret.
    package let secretAccessKey: String
    /// The token of temporary credentials; nil for those of a user.
    package let sessionToken: String?
    /// When temporary credentials end; nil for those that do not.
    package let expiration: Date?
    /// Whether AWS may take them after their end: it does so with those of an instance's role while the metadata
    /// service cannot give others.
    var outlivesExpiration = false

    /// Credentials of their parts.
    package init(
        accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Date? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
    }
}

extension Credentials: Redacted {
    /// The access key's id.
    package var description: String { accessKeyID }
}
