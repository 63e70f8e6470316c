/// The settings of one profile.
struct Profile: Sendable {
    let name: String
    let settings: [String: Setting]

    /// The text of a setting; nil when there is none or it is empty.
    subscript(name: String) -> String? {
        settings[name].flatMap { $0.text.isEmpty ? nil : $0.text }
    }
}
