internal import Files

/// What the shared config and credentials files say, merged: where both set something, the credentials file
/// counts.
struct SharedFiles: Sendable {
    private let profiles: [String: SharedFile.Section]
    private let services: [String: SharedFile.Section]
    /// The name of the profile that is used.
    let profileName: String
    /// Whether AWS_PROFILE named it, so that it must exist.
    private let isNamed: Bool
    private let paths: [String]

    /// Reads both files; one that is missing is empty.
    init(_ variables: Variables) throws(AWSEnvironmentError) {
        let home = variables["HOME"]
        let configPath = Self.path(variables["AWS_CONFIG_FILE"] ?? "~/.aws/config", home)
        let credentialsPath = Self.path(
            variables["AWS_SHARED_CREDENTIALS_FILE"] ?? "~/.aws/credentials", home)
        let config = try configPath.map(Self.sections) ?? [:]
        let credentials = try credentialsPath.map(Self.sections) ?? [:]
        var profiles = Self.sections(config, of: "profile")
        // [profile default] goes before [default].
        if profiles["default"] == nil { profiles["default"] = config["default"] }
        self.profiles = profiles.merging(credentials) { $0.merging($1) }
        services = Self.sections(config, of: "services")
        paths = [configPath, credentialsPath].compactMap(\.self)
        profileName = variables["AWS_PROFILE"] ?? "default"
        isNamed = variables["AWS_PROFILE"] != nil
    }

    /// The profile that is used; nil when there is none and AWS_PROFILE names none.
    func chosenProfile() throws(AWSEnvironmentError) -> Profile? {
        if let profile = try profile(profileName) { return profile }
        guard isNamed else { return nil }
        throw AWSEnvironmentError(
            """
            AWS_PROFILE names the profile \(profileName), which is not in \(places): correct the name, or add \
            the profile
            """)
    }

    /// A profile; nil when there is none of this name.
    func profile(_ name: String) throws(AWSEnvironmentError) -> Profile? {
        guard let section = profiles[name] else { return nil }
        return Profile(name: name, settings: try section.usable())
    }

    /// A `[services NAME]` section, to which a profile refers.
    func serviceSettings(_ name: String) throws(AWSEnvironmentError) -> [String: Setting]? {
        try services[name]?.usable()
    }

    /// Where was looked, for messages.
    var places: String {
        paths.isEmpty ? "~/.aws/config (HOME is not set)" : paths.joined(separator: " or ")
    }

    /// A path, its `~/` replaced by the home folder; nil when that is not known.
    private static func path(_ path: String, _ home: String?) -> String? {
        guard path.hasPrefix("~/") else { return path }
        return home.map { "\($0)/\(path.dropFirst(2))" }
    }

    private static func sections(
        _ path: String
    ) throws(AWSEnvironmentError) -> [String: SharedFile.Section] {
        let text: String
        do throws(FileError) {
            text = try textFile(path)
        } catch {
            if error.isMissing { return [:] }
            throw AWSEnvironmentError(error.description)
        }
        return try SharedFile(text, path: path).sections
    }

    /// The sections that are called `[KIND NAME]` or `[KIND "NAME"]`, by their names.
    private static func sections(
        _ sections: [String: SharedFile.Section], of kind: String
    ) -> [String: SharedFile.Section] {
        let named = sections.compactMap { title, section -> (String, SharedFile.Section)? in
            let words = title.split(maxSplits: 1) { $0 == " " || $0 == "\t" }
            guard words.count == 2, words[0] == kind else { return nil }
            let name = words[1].trimmingPrefix { $0 == " " || $0 == "\t" }
            let isQuoted = name.count > 1 && name.hasPrefix("\"") && name.hasSuffix("\"")
            return (String(isQuoted ? name.dropFirst().dropLast() : name), section)
        }
        return Dictionary(named) { $0.merging($1) }
    }
}
