/// The configuration as a check reads it: which file, what is wrong with it, what overrides it.
struct ConfigurationInspection {
    /// Nil where it is wrong.
    let settings: Settings?
    /// The file that was read; nil when there is none.
    let file: String?
    let findings: [Finding]

    /// Reads the file, nil for the default one, and the environment over it. Opens nothing that they name.
    init(path: String?, environment: [String: String]) {
        do throws(SettingsError) {
            let source = try SettingsSource(path: path, environment: environment)
            let read = try Settings(source)
            (settings, file, findings) = (read, source.path, Self.findings(source))
        } catch {
            let place = ConfigurationPlace(option: path, environment: environment)
            let wrong = Finding(.configuration, .wrong, "\(error) (configuration: \(place))")
            (settings, file, findings) = (nil, nil, [wrong])
        }
    }

    var configured: CheckReport.Configured? {
        settings.map { CheckReport.Configured($0, file: file) }
    }

    private static func findings(_ source: SettingsSource) -> [Finding] {
        let overrides = source.overrides
        let over = overrides.isEmpty ? "" : ", and over it \(overrides.joined(separator: ", "))"
        let read =
            if source.path != nil {
                Finding(.configuration, .ok, "configuration: \(source.place)\(over)")
            } else {
                Finding(
                    .configuration, .wrong,
                    "configuration: there is no \(Settings.defaultPath), so defaults count\(over): "
                        + "make one with `audit-query setup`, or name another with --config")
            }
        return [read]
            + source.unknownVariables.map {
                Finding(
                    .configuration, .warning, "environment variable \($0) overrides nothing: no such key")
            }
    }
}
