import AuditRecords
import ArgumentParser
import Evidence
import Foundation

/// `audit-query setup`: the first steps on a server.
struct SetupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup",
        abstract: "Set this server up: configuration, store, certificate, first key, workers.",
        discussion: .help(
            """
            Writes the configuration, makes the store ready and a first key, starts the workers behind nginx, and checks
            all of it. On a terminal it asks for what is not given; without one, --store and a certificate must be given.
            It can be repeated: what is there already stays unless it is given anew. When a step fails, those before it are
            taken back, and nothing has changed. The first key is alone on standard output, all else on standard error.

            Exit codes: 0 it serves; 1 something is wrong; 64 wrong usage; 75 another audit-query pool is at work;
            77 not root; 130 interrupted, and nothing has changed.

            Examples:
              audit-query setup --store sqlite --trial-certificate
              audit-query setup --store postgresql \\
                --connection "host=db.example dbname=audit user=audit_worker" \\
                --password-file worker.password --trial-certificate
              audit-query setup --store dynamodb --region eu-west-1 \\
                --certificate /etc/ssl/audit.pem \\
                --certificate-key /etc/ssl/private/audit.pem
            """))

    @OptionGroup var storeOptions: SetupStoreOptions

    @Option(
        help: ArgumentHelp("dev, staging or prod.", valueName: "name"),
        completion: .list(["dev", "staging", "prod"]))
    var environment = "dev"

    @OptionGroup var serving: ServingOptions

    @Flag(help: "Make a certificate for 127.0.0.1 and localhost that nobody else trusts.")
    var trialCertificate = false

    @Option(help: ArgumentHelp("How many workers, from 1 to 99. (default: one a core)", valueName: "n"))
    var workers: Int?

    @Option(help: ArgumentHelp("What the first key is called.", valueName: "name"))
    var keyName = "first"

    @Option(
        help: ArgumentHelp(
            "Seal days that are over, in a log of this name, such as audit.example.com/prod: makes its key. (default: seal none)",
            valueName: "origin"))
    var seal: String?

    @Flag(help: "Overwrite a configuration that was written by hand, and another site of nginx's.")
    var replace = false

    @OptionGroup var hostOption: HostOption

    func validate() throws {
        if let workers, !PoolSettings.counts.contains(workers) {
            throw ValidationError("--workers must be a number from 1 to 99, not \(workers)")
        }
        if let fault = Identifier(keyName).fault { throw ValidationError("--key-name \(fault)") }
        if let seal, !VerifierKey.isName(seal) {
            throw ValidationError("--seal must be a name without spaces and '+', and is \(seal.printable)")
        }
    }

    func run() throws {
        let host = hostOption.host
        let questions = Questions()
        var wishes: SetupWishes?
        try ExitStatus.reporting {
            try host.checkRights("setup")
            wishes = try self.wishes(questions)
        }
        guard let wishes else { return }
        try ExitStatus.changing(host) {
            let setup = Setup(
                host: host, wishes: wishes, variables: Self.variables(host), replaces: replace,
                questions: questions)
            var pool = serving.applied(to: try PoolSettings.read(host) ?? PoolSettings())
            if let workers { pool.workers = workers }
            try SetupReport(host: host, keyName: keyName).tell(
                try setup.run(pool), variables: setup.variables)
        }
    }

    /// The environment, with AWS's settings of the workers, if there are any (systemd passes them as credentials).
    private static func variables(_ host: Host) -> [String: String] {
        var variables = ProcessInfo.processInfo.environment
        for (name, path) in [
            ("AWS_CONFIG_FILE", "/etc/audit-query/aws-config"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/etc/audit-query/aws-credentials"),
        ] where host.has(path) {
            variables[name] = host.path(path)
        }
        return variables
    }

    // MARK: - Questions

    private func wishes(_ questions: Questions) throws(HostError) -> SetupWishes {
        SetupWishes(
            store: try storeOptions.wish(questions, hostOption.host), environment: environment,
            certificate: try certificateWish(questions),
            keyName: keyName, sealOrigin: seal)
    }

    private func certificateWish(_ questions: Questions) throws(HostError) -> SetupWishes.Certificate {
        guard !trialCertificate else { return .trial }
        var chain = serving.certificate ?? ""
        if chain.isEmpty {
            chain = try questions.ask(
                "The server's certificate chain, a PEM file (empty: make one for trial)",
                option: "give --certificate and --certificate-key, or --trial-certificate")
        }
        guard !chain.isEmpty else { return .trial }
        var key = serving.certificateKey ?? ""
        if key.isEmpty {
            key = try questions.ask("Its private key, a PEM file", option: "give --certificate-key")
        }
        return .files(chain: chain, key: key)
    }
}
