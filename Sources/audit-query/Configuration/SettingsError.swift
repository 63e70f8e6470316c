/// What is wrong with the configuration: the file or variable, the key, and what was expected.
struct SettingsError: Error, CustomStringConvertible {
    let description: String
}
