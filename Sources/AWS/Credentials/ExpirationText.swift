internal import FoundationEssentials

/// The form in which services say when credentials end.
enum ExpirationText {
    /// The time of an ISO 8601 text with a zone, with or without fractions of a second.
    static func date(_ text: String) -> Date? {
        let whole = Date.ISO8601FormatStyle()
        let fractional = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return (try? whole.parse(text)) ?? (try? fractional.parse(text))
    }
}
