/// A value of Parameter Store. Printed or dumped, it shows its version only.
public struct Parameter: Sendable, Equatable {
    /// The value, decrypted.
    public let value: [UInt8]
    /// Counts from 1 with each change.
    public let version: Int

    /// A parameter of its parts.
    public init(value: [UInt8], version: Int) {
        self.value = value
        self.version = version
    }
}

extension Parameter: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The version.
    public var description: String { "version \(version)" }

    /// The same as `description`.
    public var debugDescription: String { description }

    /// Shows what `description` shows, so that a dump gives no secret away.
    public var customMirror: Mirror { Mirror(self, children: ["version": version]) }
}
