/// Clears texts of secrets. A second line of defence: no message of libcurl 7.88 is known to quote one.
enum Redaction {
    /// The text with each of the secrets replaced by an ellipsis. One of fewer than 6 bytes stays: it
    /// would make holes in any text, and is no secret.
    static func cleared(_ text: String, of secrets: [String]) -> String {
        secrets.filter { $0.utf8.count >= 6 }
            // The longest first, or a part of it would stay where another secret is its beginning.
            .sorted { $0.utf8.count > $1.utf8.count }
            .reduce(text) { $0.replacing($1, with: "…") }
    }
}

/// Something that holds secrets: printed or dumped, it shows its description and no more.
package protocol Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension Redacted {
    /// The same as `description`.
    package var debugDescription: String { description }

    /// Shows what `description` shows, so that a dump gives no secret away.
    package var customMirror: Mirror { Mirror(self, children: ["redacted": description]) }
}
