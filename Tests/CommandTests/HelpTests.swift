import ArgumentParser
import Foundation
import Testing

@testable import audit_query

/// What every command's help has in common.
@Suite struct HelpTests {
    private static let commands = Self.all(AuditQueryCommand.self)

    private static func all(_ command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
        [command] + command.configuration.subcommands.flatMap(all)
    }

    @Test func `paragraphs are broken where the terminal ends, and nowhere else`() {
        #expect(Self.commands.count > 15)
        for command in Self.commands {
            let lines = command.configuration.discussion.split(
                separator: "\n", omittingEmptySubsequences: false)
            for (line, next) in zip(lines, lines.dropFirst()) {
                #expect(
                    line.isEmpty || next.isEmpty || line.hasPrefix(" ") || next.hasPrefix(" "),
                    "\(command) has a line break after: \(line)")
            }
            for line in AuditQueryCommand.helpMessage(for: command, columns: 80).split(separator: "\n")
            where !line.hasPrefix("USAGE:") {
                #expect(line.count <= 80, "\(command): \(line)")
            }
            for line in lines where line.hasPrefix(" ") {
                #expect(line.count <= 80, "\(command) has an example that is broken: \(line)")
            }
        }
    }

    @Test func `help of several lines is one text`() {
        #expect(
            String.help("One\ntwo.\n\nThree:\n  a\n    b\n\nFour\nfive.\n")
                == "One two.\n\nThree:\n  a\n    b\n\nFour five.\n")
    }

    @Test func `every option that may be left out says what holds then`() throws {
        struct Tool: Decodable {
            struct Command: Decodable {
                struct Argument: Decodable {
                    let kind: String
                    let isOptional: Bool
                    let valueName, abstract, defaultValue: String?
                }

                let commandName: String
                let arguments: [Argument]?
                let subcommands: [Command]?
            }

            let command: Command
        }
        func check(_ command: Tool.Command) -> Int {
            let options = (command.arguments ?? []).filter { $0.kind == "option" && $0.isOptional }
            for option in options {
                #expect(
                    option.defaultValue != nil || option.abstract?.contains("(default: ") == true,
                    "\(command.commandName) <\(option.valueName ?? "")>: \(option.abstract ?? "")")
            }
            return options.count + (command.subcommands ?? []).reduce(0) { $0 + check($1) }
        }
        let dump = Data(AuditQueryCommand._dumpHelp().utf8)
        #expect(check(try JSONDecoder().decode(Tool.self, from: dump).command) > 20)
    }

    @Test(arguments: [["--from", "-7d", "--to", "-24h"], ["--from=-7d", "--to=-24h"]])
    func `a length of time is a value, though it begins as an option does`(_ words: [String]) throws {
        let query = try AuditQueryCommand.parseAsRoot(["query", "--user", "a"] + words) as? QueryCommand
        #expect(query?.asked.from == "-7d" && query?.asked.to == "-24h")
    }

    @Test func `numbers and nouns agree`() {
        #expect([0, 1, 2].map { counted($0, "record") } == ["0 records", "1 record", "2 records"])
    }
}
