import ArgumentParser

/// What `audit-query pool` is to do.
enum PoolOrder: ExpressibleByArgument, Equatable {
    /// The pool is to have so many workers.
    case set(Int)
    case restart, stop, status
    /// For systemd: a worker that failed for good gets another try.
    case recover

    private static let words: [String: PoolOrder] = [
        "restart": .restart, "stop": .stop, "status": .status, "recover": .recover,
    ]

    init?(argument: String) {
        if let order = Self.words[argument] {
            self = order
        } else if let count = Int(argument), PoolSettings.counts.contains(count) {
            self = .set(count)
        } else {
            return nil
        }
    }

    static let allValueStrings = ["1…99", "restart", "stop", "status"]

    static var defaultCompletionKind: CompletionKind { .list(["restart", "stop", "status"]) }
}

/// `audit-query pool`: the workers of this server.
struct PoolCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pool",
        abstract: "Set how many workers this server has, or replace them one by one.",
        discussion: .help(
            """
            N workers get their units, their sockets and their places in nginx together, without a lost request. What is not
            given stays as it was, kept in /etc/audit-query/pool.conf. When a step fails, those before it are taken back,
            and nothing has changed.

            restart replaces the workers one by one, for a new configuration or program: it first starts a worker beside
            the pool, and unless that one is ready, no other is touched. stop stops serving, also after the next boot.
            status shows the pool.

            Exit codes: 0 done; 1 a worker or nginx refuses it, and nothing has changed; 64 wrong usage; 75 another
            audit-query pool is at work; 77 not root; 130 interrupted, and nothing has changed.

            Examples:
              audit-query pool 4 --memory 1G
              audit-query pool --certificate /etc/ssl/audit.pem \\
                --certificate-key /etc/ssl/private/audit.pem
              audit-query pool restart
            """))

    @Argument(
        help: ArgumentHelp(
            "How many workers, from 1 to 99 (default: as it was; at first one a core), or restart, stop or status.",
            valueName: "n|restart|stop|status"))
    var order: PoolOrder?

    @Argument(help: .hidden) var worker: Int?

    @OptionGroup var serving: ServingOptions

    @Flag(help: "Overwrite a site of nginx named audit-query that is not from here.") var replaceSite = false

    @OptionGroup var hostOption: HostOption

    func validate() throws {
        guard (order == .recover) == (worker != nil) else {
            throw ValidationError(
                "one word at most says what is to be done: a number, restart, stop or status")
        }
        switch order {
        case nil, .set: break
        case .restart, .stop, .status, .recover:
            guard !serving.isGiven, !replaceSite else {
                throw ValidationError("options are for setting the pool: audit-query pool [N] [option...]")
            }
        }
    }

    func run() throws {
        let host = hostOption.host
        let pool = Pool(host)
        switch order {
        case nil: try set(nil, pool)
        case .set(let count): try set(count, pool)
        case .restart: try change(host) { try Console.output(try pool.restart()) }
        case .stop: try change(host) { try pool.stop() }
        case .status: try ExitStatus.reporting { try Console.output(try pool.description()) }
        case .recover:
            // Not under the lock: it waits for half a minute.
            try ExitStatus.reporting {
                try host.checkRights("pool")
                try pool.recover(worker ?? 0)
            }
        }
    }

    private func change(_ host: Host, _ body: () throws -> Void) throws {
        try ExitStatus.reporting { try host.checkRights("pool") }
        try ExitStatus.changing(host, body)
    }

    private func set(_ count: Int?, _ pool: Pool) throws {
        try change(pool.host) {
            var settings = serving.applied(to: try PoolSettings.read(pool.host) ?? PoolSettings())
            if let count { settings.workers = count }
            if let fault = settings.fault { throw HostError(fault, .usage) }
            try Console.output(try pool.set(settings, replacingSite: replaceSite))
        }
    }
}

/// How workers serve: what `pool` and `setup` have in common.
struct ServingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What a worker may use at most, 256M to 1G. (default: as it was; at first 576M)",
            valueName: "size"))
    var memory: String?

    @Option(
        help: ArgumentHelp(
            "The server's certificate chain, PEM; with it nginx serves the pool. (default: as it was)",
            valueName: "file"),
        completion: .file())
    var certificate: String?

    @Option(
        help: ArgumentHelp("Its private key, PEM. (default: as it was)", valueName: "file"),
        completion: .file())
    var certificateKey: String?

    @Option(
        help: ArgumentHelp(
            "As nginx's listen: 443, [::]:443, 127.0.0.1:8443; repeatable. (default: as it was; at first 443 and "
                + "[::]:443)",
            valueName: "address"))
    var listen: [String] = []

    var isGiven: Bool { memory != nil || certificate != nil || certificateKey != nil || !listen.isEmpty }

    func validate() throws {
        var settings = PoolSettings()
        if let memory { settings.memory = memory }
        if let fault = settings.fault { throw ValidationError(fault) }
    }

    /// Settings with what was given in place of what they had.
    func applied(to settings: PoolSettings) -> PoolSettings {
        var settings = settings
        if let memory { settings.memory = memory }
        if let certificate { settings.certificate = certificate }
        if let certificateKey { settings.certificateKey = certificateKey }
        if !listen.isEmpty { settings.listen = listen }
        return settings
    }
}
