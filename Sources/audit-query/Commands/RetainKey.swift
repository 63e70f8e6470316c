import ArgumentParser
import Evidence

/// `audit-query retain key`
struct RetainKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make an operator's key, which signs that holds are lifted.",
        discussion: .help(
            """
            For the operator, on a machine of their own: the private key goes into the file, readable for its owner only. The
            public key, beside it in a file that ends in .pub and on standard output, goes into retain.operators.

            Example:
              audit-query retain key --operator alice@example.com --file alice.key
            """))

    @Option(help: ArgumentHelp("The operator's name: no spaces and no '+'.", valueName: "name"))
    var `operator`: String
    @Option(help: ArgumentHelp("The file to make.", valueName: "file"), completion: .file())
    var file: String

    func validate() throws {
        guard VerifierKey.isName(`operator`) else {
            throw ValidationError(
                "--operator must be a name without spaces and '+', and is \(`operator`.printable)")
        }
    }

    func run() throws {
        try ExitStatus.reporting {
            try Console.output("\(NoteKeyFile.make(file, name: `operator`, kind: .note))")
        }
    }
}
