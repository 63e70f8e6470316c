/// A value of Parameter Store. Printed or dumped, it shows its version only.
package struct Parameter: Sendable, Equatable {
    /// The value, decrypted.
    package let value: [UInt8]
    /// Counts from 1 with each change.
    package let version: Int

    /// A parameter of its parts.
    package init(value: [UInt8], version: Int) {
        self.value = value
        self.version = version
    }
}

extension Parameter: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The version.
    package var description: String { "version \(version)" }

    /// The same as `description`.
    package var debugDescription: String { description }

    /// Shows what `description` shows, so that a dump gives no secret away.
    package var customMirror: Mirror { Mirror(self, children: ["version": version]) }
}
