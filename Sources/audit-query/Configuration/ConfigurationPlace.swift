import Files

/// Which configuration file is read, and why it is that one.
struct ConfigurationPlace: Equatable, CustomStringConvertible {
    enum Reason: Equatable {
        case option, variable, standard
    }

    /// The variable that names the file where `--config` is not given.
    static let variable = "AUDIT_QUERY_CONFIG"

    let path: String
    let reason: Reason

    /// The file of `--config`, else that of the variable, else the standard one. An empty variable is none.
    init(option: String?, environment: [String: String]) {
        if let option {
            (path, reason) = (option, .option)
        } else if let variable = environment[Self.variable], !variable.isEmpty {
            (path, reason) = (variable, .variable)
        } else {
            (path, reason) = (Settings.defaultPath, .standard)
        }
    }

    /// Whether it may be absent: only if nobody named it.
    var mayBeAbsent: Bool { reason == .standard }

    /// The file and the reason, for people.
    var description: String {
        switch reason {
        case .option: "\(path.printable), named by --config"
        case .variable: "\(path.printable), named by \(Self.variable)"
        case .standard:
            fileMode(path) == nil
                ? "\(path), the default, is not there: every key has its default" : "\(path), the default"
        }
    }
}
