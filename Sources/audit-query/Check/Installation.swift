import AuditQuery
import Logging

/// Everything that `check` looks at.
struct Installation {
    let path: String?
    let environment: [String: String]

    func findings() -> [Finding] {
        let source: SettingsSource
        let settings: Settings
        do throws(SettingsError) {
            source = try SettingsSource(path: path, environment: environment)
            settings = try Settings(source)
        } catch {
            let place = ConfigurationPlace(option: path, environment: environment)
            return [Finding(state: .wrong, text: "\(error) (configuration: \(place))")]
        }
        var findings = [Finding(state: .ok, text: "configuration: \(source.place)")]
        for name in source.unknownVariables {
            findings.append(
                Finding(state: .warning, text: "environment variable \(name) overrides nothing: no such key"))
        }
        do throws(SettingsError) {
            let log = Logger(label: "audit-query") { _ in SwiftLogNoOpLogHandler() }
            let composition = try Composition(
                settings, instruments: Instruments(log: log), variables: environment)
            findings.append(try store(composition))
            findings += try ConfiguredTable(settings, variables: environment, log: log)?.findings() ?? []
            findings += keys(settings, composition)
            findings += secret(settings, composition)
            if case .sqlite(let path) = settings.store { findings += DiskInspection(path: path).findings() }
            findings += try TelemetryInspection(settings: settings, composition: composition, log: log)
                .findings()
            findings += WorkerInspection(
                directory: StatusCommand.defaultDirectory, threadLimit: settings.service.deadline
            ).findings()
        } catch {
            findings.append(Finding(state: .wrong, text: error.description))
        }
        return findings
    }

    private func store(_ composition: Composition) throws(SettingsError) -> Finding {
        let store = try composition.store(for: .read)
        do throws(StoreError) {
            try store.records.probe()
            return Finding(state: .ok, text: "store: \(store.name) answers")
        } catch {
            return Finding(state: .wrong, text: "store: \(error)")
        }
    }

    private func keys(_ settings: Settings, _ composition: Composition) -> [Finding] {
        switch settings.keyPlace {
        case .file(let path):
            return findings("keys") { () throws(FileError) in
                validity(of: try KeyFile(path: path).keys(), path) + privacy(of: path, allowed: 0o640, "keys")
            }
        case .parameter(let name):
            return findings("keys") {
                validity(of: try composition.keys().source.ring.keys, "parameter \(name)")
            }
        }
    }

    private func validity(of keys: [APIKey], _ place: String) -> [Finding] {
        let now = TimeSource.system.wall()
        let valid = keys.count { $0.isValid(at: now) }
        guard valid > 0 else {
            let advice = "make one with `audit-query keys create`"
            return [Finding(state: .wrong, text: "keys: \(place) has no valid key: \(advice)")]
        }
        let soon = now.advanced(bySeconds: 14 * 86_400)
        let ending = keys.filter { $0.isValid(at: now) && !$0.isValid(at: soon) }
        return [Finding(state: .ok, text: "keys: \(place) has \(valid) valid of \(keys.count)")]
            + ending.map {
                Finding(state: .warning, text: "keys: \($0.id) (\($0.name)) ends within 14 days")
            }
    }

    private func secret(_ settings: Settings, _ composition: Composition) -> [Finding] {
        switch settings.cursorSecretPlace {
        case .file(let path):
            return findings("cursor secret") { () throws(FileError) in
                _ = try secretFile(path)
                return [Finding(state: .ok, text: "cursor secret: \(path)")]
                    + privacy(of: path, allowed: 0o640, "cursor secret")
            }
        case .parameter(let name):
            return findings("cursor secret") {
                _ = try composition.cursors()
                return [Finding(state: .ok, text: "cursor secret: parameter \(name)")]
            }
        }
    }

    /// What a look finds, or why it could not look.
    private func findings(_ what: String, _ look: () throws -> [Finding]) -> [Finding] {
        do {
            return try look()
        } catch {
            let isMissing = (error as? FileError)?.isMissing ?? false
            let advice =
                isMissing && what == "keys" ? ": make a key with `audit-query keys create`" : ""
            return [Finding(state: .wrong, text: "\(what): \(error)\(advice)")]
        }
    }

    private func privacy(of path: String, allowed: UInt32, _ what: String) -> [Finding] {
        guard let mode = fileMode(path), mode & ~allowed != 0 else { return [] }
        let octal = String(mode, radix: 8)
        return [
            Finding(
                state: .wrong,
                text: "\(what): \(path) has mode \(octal), more than owner and group need: chmod 640 \(path)")
        ]
    }
}
