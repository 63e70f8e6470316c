import AuditStores
import AuditRecords
import Files
import QueryService
import SQLiteRecords
import Logging

/// Everything that `check` looks at.
struct Installation {
    let path: String?
    let environment: [String: String]
    var host = Host()
    /// How long the embedded store may be looked through; nil for as long as it takes.
    var storeLimit: Duration? = .seconds(10)

    func report() -> CheckReport {
        let configuration = ConfigurationInspection(path: path, environment: environment)
        let findings = configuration.settings.map(findings) ?? []
        return CheckReport(
            configuration: configuration.configured, findings: configuration.findings + findings)
    }

    private func findings(_ settings: Settings) -> [Finding] {
        var findings: [Finding] = []
        do throws(SettingsError) {
            let log = Logger(label: "audit-query") { _ in SwiftLogNoOpLogHandler() }
            let composition = try Composition(
                settings, instruments: Instruments(log: log), variables: environment)
            findings.append(try store(composition))
            findings += try ConfiguredTable(settings, variables: environment, log: log)?.findings() ?? []
            if findings.allSatisfy({ $0.state == .ok }) {
                findings += DatabaseInspection(settings, try composition.store(for: .read))?.findings() ?? []
            }
            if case .sqlite(let path, let indexes) = settings.store {
                if findings.allSatisfy({ $0.state == .ok }) {
                    findings += StoreInspection(
                        path: path, attributes: indexes.attributes ?? [], limit: storeLimit
                    )
                    .findings()
                }
                findings += DiskInspection(path: path).findings()
            }
            findings += SealInspection(
                seal: settings.seal, store: try composition.store(for: .read).records,
                now: TimeSource.system.wall()
            )
            .findings()
            findings += ForwardInspection(
                folder: ForwarderFolder(path: settings.forwardFolder),
                store: try composition.store(for: .read).records, now: TimeSource.system.wall()
            )
            .findings()
            findings += keys(settings, composition)
            findings += secret(settings, composition)
            findings += try TelemetryInspection(
                settings: settings, composition: composition, variables: environment, log: log
            )
            .findings()
            findings += WorkerInspection(host: host, threadLimit: settings.service.deadline).findings()
            findings += NginxInspection(host: host).findings()
        } catch {
            findings.append(Finding(.configuration, .wrong, error.description))
        }
        return findings
    }

    private func store(_ composition: Composition) throws(SettingsError) -> Finding {
        let store = try composition.store(for: .read)
        do throws(StoreError) {
            try store.records.probe()
            return Finding(.store, .ok, "store: \(store.name) answers")
        } catch {
            return Finding(.store, .wrong, "store: \(error)")
        }
    }

    private func keys(_ settings: Settings, _ composition: Composition) -> [Finding] {
        switch settings.keyPlace {
        case .file(let path):
            return findings(.keys) { () throws(FileError) in
                validity(of: try KeyFile(path: path).keys(), path) + privacy(of: path, allowed: 0o640, .keys)
            }
        case .parameter(let name):
            return findings(.keys) {
                validity(of: try composition.keys().source.ring.keys, "parameter \(name)")
            }
        }
    }

    private func validity(of keys: [APIKey], _ place: String) -> [Finding] {
        let now = TimeSource.system.wall()
        let valid = keys.count { $0.isValid(at: now) }
        guard valid > 0 else {
            let advice = "make one with `audit-query keys create`"
            return [Finding(.keys, .wrong, "keys: \(place) has no valid key: \(advice)")]
        }
        let soon = now.advanced(bySeconds: 14 * 86_400)
        let ending = keys.filter { $0.isValid(at: now) && !$0.isValid(at: soon) }
        let text = "keys: \(place) has \(valid) valid of \(keys.count)"
        return [Finding(.keys, .ok, text)]
            + ending.map { Finding(.keys, .warning, "keys: \($0.id) (\($0.name)) ends within 14 days") }
    }

    private func secret(_ settings: Settings, _ composition: Composition) -> [Finding] {
        switch settings.cursorSecretPlace {
        case .file(let path):
            return findings(.cursorSecret) { () throws(FileError) in
                _ = try secretFile(path)
                return [Finding(.cursorSecret, .ok, "cursor secret: \(path)")]
                    + privacy(of: path, allowed: 0o640, .cursorSecret)
            }
        case .parameter(let name):
            return findings(.cursorSecret) {
                _ = try composition.cursors()
                return [Finding(.cursorSecret, .ok, "cursor secret: parameter \(name)")]
            }
        }
    }

    /// What a look finds, or why it could not look.
    private func findings(_ subject: Finding.Subject, _ look: () throws -> [Finding]) -> [Finding] {
        do {
            return try look()
        } catch {
            let isMissing = (error as? FileError)?.isMissing ?? false
            let advice =
                isMissing && subject == .keys ? ": make a key with `audit-query keys create`" : ""
            return [Finding(subject, .wrong, "\(Self.label(subject)): \(error)\(advice)")]
        }
    }

    private static func label(_ subject: Finding.Subject) -> String {
        subject.rawValue.replacing("-", with: " ")
    }

    private func privacy(of path: String, allowed: UInt32, _ subject: Finding.Subject) -> [Finding] {
        guard let mode = fileMode(path), mode & ~allowed != 0 else { return [] }
        let octal = String(mode, radix: 8)
        return [
            Finding(
                subject, .wrong,
                "\(Self.label(subject)): \(path) has mode \(octal), more than owner and group need: "
                    + "chmod 640 \(path)")
        ]
    }
}
