import Files
import QueryService
import Configuration

/// Where values come from: the environment, else the file, else the defaults.
struct SettingsSource {
    private static let prefix = "AUDIT_QUERY_"

    /// Variables with our prefix that are no keys: the configuration itself, and what `query --url` asks with.
    private static let otherVariables = [ConfigurationPlace.variable, ServerOption.keyVariable]

    /// The file that was read, or that is not there.
    let place: ConfigurationPlace
    private let reader: ConfigReader
    private let file: SettingsFile?
    private let environment: [String: String]

    /// Reads the file: the one at `path`, else the one that the environment names, else the standard one, which alone may
    /// be absent.
    init(path: String?, environment: [String: String]) throws(SettingsError) {
        let place = ConfigurationPlace(option: path, environment: environment)
        try self.init(place, file: try Self.readFile(place), environment: environment)
    }

    /// Takes a file that was read, nil for none.
    init(file: SettingsFile?, environment: [String: String]) throws(SettingsError) {
        try self.init(
            ConfigurationPlace(option: file?.path, environment: environment), file: file,
            environment: environment)
    }

    private init(
        _ place: ConfigurationPlace, file: SettingsFile?, environment: [String: String]
    ) throws(SettingsError) {
        self.place = place
        self.file = file
        var overrides: [String: String] = [:]
        for (name, value) in environment where name.hasPrefix(Self.prefix) {
            overrides[String(name.dropFirst(Self.prefix.count))] = value
        }
        self.environment = overrides
        reader = ConfigReader(providers: [
            EnvironmentVariablesProvider(environmentVariables: overrides),
            Self.provider("file", file?.values.mapValues(\.content) ?? [:]),
            Self.provider("defaults", SettingsSchema.defaults),
        ])
        try checkEnvironment()
    }

    /// The file that was read; nil when there is none.
    var path: String? { file?.path }

    /// Variables that stand before the file's values.
    var overrides: [String] {
        let known = Set(SettingsSchema.defaults.keys.map(Self.variable))
        return environment.keys.map { Self.prefix + $0 }.filter(known.contains).sorted()
    }

    /// Variables with our prefix that override nothing, as a misspelt one would.
    var unknownVariables: [String] {
        let known = Set(SettingsSchema.defaults.keys.map(Self.variable) + Self.otherVariables)
        return environment.keys.map { Self.prefix + $0 }.filter { !known.contains($0) }.sorted()
    }

    /// Whether the file or the environment has a value for a key.
    func isSet(_ key: String) -> Bool {
        file?.values[key] != nil || overrides.contains(Self.variable(key))
    }

    func text(_ key: String) throws(SettingsError) -> String {
        let text = try required(key, reader.requiredString)
        guard !text.isEmpty else { throw fault(key, "must not be empty") }
        return text
    }

    /// Nil when it is empty.
    func optionalText(_ key: String) throws(SettingsError) -> String? {
        let text = try required(key, reader.requiredString)
        return text.isEmpty ? nil : text
    }

    func list(_ key: String) throws(SettingsError) -> [String] {
        try required(key, reader.requiredStringArray).filter { !$0.isEmpty }
    }

    func int(_ key: String, in range: ClosedRange<Int>) throws(SettingsError) -> Int {
        let value = try required(key, reader.requiredInt)
        guard range.contains(value) else {
            throw fault(key, "must be from \(range.lowerBound) to \(range.upperBound), and is \(value)")
        }
        return value
    }

    /// A number from 0 to 1.
    func share(_ key: String) throws(SettingsError) -> Double {
        let value = try required(key, reader.requiredDouble)
        guard (0...1).contains(value) else { throw fault(key, "must be from 0 to 1, and is \(value)") }
        return value
    }

    func bool(_ key: String) throws(SettingsError) -> Bool {
        try required(key, reader.requiredBool)
    }

    func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ key: String, of type: Choice.Type
    ) throws(SettingsError) -> Choice {
        let value = try text(key)
        guard let choice = Choice(rawValue: value) else {
            let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw fault(key, "must be one of \(names), and is \(value.printable)")
        }
        return choice
    }

    /// An error at the place where a key's value comes from.
    func fault(_ key: String, _ detail: String) -> SettingsError {
        let variable = Self.variable(key)
        let place =
            if environment[String(variable.dropFirst(Self.prefix.count))] != nil {
                "environment variable \(variable)"
            } else if let file, let line = file.values[key]?.line {
                "\(file.path):\(line)"
            } else {
                "configuration"
            }
        return SettingsError(description: "\(place): \(key) \(detail)")
    }

    private func required<Value>(
        _ key: String, _ read: (ConfigKey, Bool, String, UInt) throws -> Value
    ) throws(SettingsError) -> Value {
        do {
            return try read(ConfigKey(key), false, #fileID, #line)
        } catch {
            throw fault(key, "must be \(SettingsSchema.kind(of: key)?.name ?? "set")")
        }
    }

    private func checkEnvironment() throws(SettingsError) {
        for key in SettingsSchema.defaults.keys.sorted() {
            let name = String(Self.variable(key).dropFirst(Self.prefix.count))
            guard let text = environment[name], let kind = SettingsSchema.kind(of: key) else { continue }
            guard SettingsSchema.value(text, kind) != nil else { throw fault(key, "must be \(kind.name)") }
        }
    }

    private static func readFile(_ place: ConfigurationPlace) throws(SettingsError) -> SettingsFile? {
        let text: String
        do throws(FileError) {
            text = try textFile(place.path)
        } catch {
            if place.mayBeAbsent && error.isMissing { return nil }
            throw SettingsError(description: error.description)
        }
        return try SettingsFile(path: place.path, text: text)
    }

    private static func provider(_ name: String, _ values: [String: ConfigContent]) -> InMemoryProvider {
        InMemoryProvider(
            name: name,
            values: Dictionary(
                uniqueKeysWithValues: values.map { key, content in
                    (
                        AbsoluteConfigKey(key.split(separator: ".").map(String.init)),
                        ConfigValue(content, isSecret: false)
                    )
                }))
    }

    private static func variable(_ key: String) -> String {
        prefix + key.uppercased().map { $0 == "." || $0 == "-" ? "_" : String($0) }.joined()
    }
}

/// What is wrong with the configuration: the file or variable, the key, and what was expected.
struct SettingsError: Error, CustomStringConvertible {
    let description: String
}
