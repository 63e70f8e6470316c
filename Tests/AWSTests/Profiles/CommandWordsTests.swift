@testable import AWS
import TestSupport
import Testing

@Suite struct CommandWordsTests {
    @Test(arguments: [
        ("a  'b c' d\\ e", ["a", "b c", "d e"]), (#""f\"g\\h\$i\j" ''"#, [#"f"g\h$i\j"#, ""]),
        ("x'y'\"z\"", ["xyz"]), ("$HOME *.c | ~", ["$HOME", "*.c", "|", "~"]), (" \t", []),
        (#"'a\' "#, [#"a\"#]), ("é 'ü ö'", ["é", "ü ö"]),
    ])
    func `words as a shell has them, without what a shell would do with them`(line: String, words: [String]) {
        #expect(CommandWords.split(line) == words)
    }

    @Test(arguments: ["'a", "\"a", "a\\", "\"a\\\"", "a 'b' '"])
    func `what does not end is refused`(line: String) {
        #expect(CommandWords.split(line) == nil)
    }

    @Test func `any quoting means the same to a shell`() {
        forAll(cases: 60) { random in
            let alphabet = ["a", "b", "'", "\"", "\\", " ", "\\\"", "\"a b\"", "'c'"]
            let parts = (0..<Int.random(in: 1..<12, using: &random))
                .map { _ in alphabet.randomElement(using: &random) ?? "" }
            let line = parts.joined()
            // What does not end, a shell says on its own terms.
            guard let words = CommandWords.split(line) else { return }
            let output = try ChildProcess.output(
                of: ["/bin/sh", "-c", "for word in \(line)\ndo printf '<%s>' \"$word\"\ndone"],
                environment: [:], limit: 10_000, deadline: .soon)
            let said = String(decoding: output, as: UTF8.self)
            let expected = words.map { "<\($0)>" }.joined()
            try require(said == expected, "\(line): \(expected), but the shell says \(said)")
        }
    }
}
