import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import audit_query

/// The documents say of configuration and exit codes what the program does.
@Suite struct DocumentTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(Place.package)/docs/\(name)", encoding: .utf8)
    }

    /// The rows of a document's tables of settings: key and default.
    private static func settings(_ name: String) throws -> [(key: String, value: String)] {
        var rows: [(String, String)] = []
        var column: Int?
        for line in try text(name).split(separator: "\n", omittingEmptySubsequences: false) {
            let cells = line.split(separator: "|").map { $0.trimming(" ") }
            if ["key", "setting"].contains(cells.first), let place = cells.firstIndex(of: "default") {
                column = place
            } else if let column, line.hasPrefix("| `"), cells.count > column {
                rows.append((cells[0].trimming("`"), cells[column].trimming("`")))
            } else if !line.hasPrefix("|") {
                column = nil
            }
        }
        return rows
    }

    @Test(arguments: [("operations.md", 25), ("tracing.md", 4)])
    func `each setting of a table is one of the program's, with its default`(_ name: String, _ least: Int)
        throws
    {
        let rows = try Self.settings(name)
        #expect(rows.count >= least)
        for (key, value) in rows {
            let kind = try #require(SettingsSchema.kind(of: key), "\(name): there is no \(key)")
            if SettingsSchema.mayBeEmpty(key) { continue }
            let said = value.trimming("[").trimming("]")
            let isDefault = SettingsSchema.value(said, kind) == SettingsSchema.defaults[key]
            #expect(isDefault, "\(name): the default of \(key) is not \(value)")
        }
    }

    @Test func `each setting of the program stands in the runbook`() throws {
        let section = try Self.text("operations.md").components(separatedBy: "\n## ")
            .first { $0.hasPrefix("Configuration\n") }
        let text = try #require(section)
        for key in SettingsSchema.defaults.keys {
            // Beside another of its group the last part will do.
            let last = key.split(separator: ".").last.map { "`.\($0)`" } ?? ""
            #expect(text.contains("`\(key)`") || text.contains(last), "\(key)")
        }
    }

    @Test func `the configurations of all environments are right`() throws {
        let blocks = try Self.text("environments.md").matches(of: /(?m)^```yaml\n((?:(?!```).*\n)*)```/)
        let environments = try blocks.map { block in
            try Settings.load(try folder.write(String(block.1), to: "a.yaml"), environment: [:]).environment
        }
        #expect(environments == [.dev, .staging, .prod])
    }

    @Test func `exit codes are those of the runbook and of the help`() throws {
        let all = [0] + (1...255).filter { audit_query.ExitStatus(rawValue: $0) != nil }
        let section = try Self.text("operations.md").components(separatedBy: "\n## ")
            .first { $0.hasPrefix("Exit codes\n") }
        let rows = try #require(section).matches(of: /(?m)^\| (\d+) \|/).compactMap { Int32($0.1) }
        #expect(rows == all)
        let help =
            AuditQueryCommand.configuration.discussion.components(separatedBy: "Exit codes:").last ?? ""
        #expect(help.matches(of: #/(?:^|;) (\d+) /#).compactMap { Int32($0.1) } == all)
    }
}

extension StringProtocol {
    /// Without this character at its ends.
    fileprivate func trimming(_ character: Character) -> String {
        var rest = self[...]
        while rest.first == character { rest = rest.dropFirst() }
        while rest.last == character { rest = rest.dropLast() }
        return String(rest)
    }
}
