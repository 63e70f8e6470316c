/// Where something secret is kept.
enum SecretPlace: Equatable {
    /// A file of this host.
    case file(String)
    /// A SecureString of AWS Systems Manager's Parameter Store, by its name.
    case parameter(String)

    /// The parameter if one is set, else the file.
    init(_ source: SettingsSource, file: String, parameter: String) throws(SettingsError) {
        if let name = try source.optionalText(parameter) {
            self = .parameter(name)
        } else {
            self = .file(try source.text(file))
        }
    }
}
