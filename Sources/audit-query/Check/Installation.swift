import AuditQuery

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
            return [Finding(state: .wrong, text: error.description)]
        }
        var findings = [Finding(state: .ok, text: "configuration: \(path ?? Settings.defaultPath)")]
        for name in source.unknownVariables {
            findings.append(
                Finding(state: .warning, text: "environment variable \(name) overrides nothing: no such key"))
        }
        findings.append(store(settings))
        findings += keys(settings)
        findings += secret(settings)
        return findings
    }

    private func store(_ settings: Settings) -> Finding {
        do throws(StoreError) {
            try SQLiteStore(reading: settings.databasePath, readers: 1).probe()
            return Finding(state: .ok, text: "store: \(settings.databasePath) answers")
        } catch {
            return Finding(state: .wrong, text: "store: \(error)")
        }
    }

    private func keys(_ settings: Settings) -> [Finding] {
        do throws(FileError) {
            let keys = try KeyFile(path: settings.keyFilePath).keys()
            let now = TimeSource.system.wall()
            let valid = keys.count { $0.isValid(at: now) }
            var findings = [
                valid > 0
                    ? Finding(
                        state: .ok, text: "keys: \(settings.keyFilePath) has \(valid) valid of \(keys.count)")
                    : Finding(
                        state: .wrong,
                        text:
                            "keys: \(settings.keyFilePath) has no valid key: make one with `audit-query keys create`"
                    )
            ]
            for key in keys {
                let soon = now.advanced(bySeconds: 14 * 86_400)
                guard key.isValid(at: now), !key.isValid(at: soon) else { continue }
                findings.append(
                    Finding(state: .warning, text: "keys: \(key.id) (\(key.name)) ends within 14 days"))
            }
            return findings + privacy(of: settings.keyFilePath, allowed: 0o640, "keys")
        } catch {
            let advice = error.isMissing ? ": make a key with `audit-query keys create`" : ""
            return [Finding(state: .wrong, text: "keys: \(error)\(advice)")]
        }
    }

    private func secret(_ settings: Settings) -> [Finding] {
        do throws(FileError) {
            _ = try secretFile(settings.cursorSecretPath)
            return [Finding(state: .ok, text: "cursor secret: \(settings.cursorSecretPath)")]
                + privacy(of: settings.cursorSecretPath, allowed: 0o640, "cursor secret")
        } catch {
            return [Finding(state: .wrong, text: "cursor secret: \(error)")]
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
