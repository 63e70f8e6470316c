internal import HTTPClient

/// A value of Parameter Store. Printed or dumped, it shows its version only.
package struct Parameter: Sendable, Equatable {
    /// The value, decrypted.
    package let value: [UInt8]
    /// Counts from 1 with each change.
    package let version: Int
}

extension Parameter: Redacted {
    /// The version.
    package var description: String { "version \(version)" }
}
