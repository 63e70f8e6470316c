import ArgumentParser
import Foundation

/// `--config`, which most commands take.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "The configuration file. Environment variables such as AUDIT_QUERY_STORE_SQLITE_PATH go before it. (default: "
                + "$\(ConfigurationPlace.variable), else \(Settings.defaultPath))",
            valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
    var path: String?

    /// The file that is read.
    var place: ConfigurationPlace {
        ConfigurationPlace(option: path, environment: ProcessInfo.processInfo.environment)
    }

    /// The settings, and a warning for each variable that looks like an override and is none.
    func settings() throws(SettingsError) -> Settings {
        let source = try SettingsSource(path: path, environment: ProcessInfo.processInfo.environment)
        for name in source.unknownVariables {
            Console.error("audit-query: warning: environment variable \(name) overrides nothing: no such key")
        }
        return try Settings(source)
    }

    /// Runs a command's work, as ``ExitStatus/reporting(_:_:)`` does. What goes wrong in what the configuration names is
    /// told with the file that was read.
    func reporting(_ body: () throws -> Void) throws {
        try ExitStatus.reporting(configuration: place, body)
    }
}
