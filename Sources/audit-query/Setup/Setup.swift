import AuditStores
import SQLiteRecords
import Files
import QueryService
import Glibc

/// The first steps on a server, all of them or none: configuration, store, certificate, first key, workers.
struct Setup {
    let host: Host
    let wishes: SetupWishes
    /// The environment, for what overrides the configuration and for AWS.
    let variables: [String: String]
    /// Whether a configuration that was written by hand may be overwritten, and another site of nginx's.
    let replaces: Bool
    let questions: Questions

    private static let folder = "/etc/audit-query"

    /// What came of it.
    struct Outcome {
        let certificate: ServerCertificate
        /// Where nginx listens.
        let site: ServedSite
        let key: FirstKey
    }

    /// Makes all of it, with a pool of these settings.
    ///
    /// - Throws: ``HostError``; then nothing has changed, unless it says so.
    func run(_ pool: PoolSettings) throws(HostError) -> Outcome {
        let certificate = try certificate()
        let settings = try checkedSettings()
        var poolSettings = pool
        (poolSettings.certificate, poolSettings.certificateKey) = (certificate.chain, certificate.key)
        if let fault = poolSettings.fault { throw HostError(fault, .usage) }
        let configuration = try configurationSteps()
        let key = FirstKey(name: wishes.keyName, settings: settings)
        let workers = Pool(host)
        let turnover = Turnover(pool: workers)
        let poolSteps = try workers.steps(to: poolSettings, replacingSite: replaces).0
        var steps = [turnover.wayBack]
        if wishes.certificate == .trial { steps.append(trialCertificate) }
        steps +=
            try configuration + databaseSteps(settings) + storeSteps(settings) + sealSteps(settings) + [
                key.step
            ]
        steps += poolSteps + turnover.steps
        try steps.make(on: host)
        return Outcome(
            certificate: certificate, site: ServedSite(host, listen: poolSettings.listen[0]), key: key)
    }

    // MARK: - Certificate

    private var trialFolder: String { host.path("\(Self.folder)/tls") }

    private func certificate() throws(HostError) -> ServerCertificate {
        switch wishes.certificate {
        case .trial: ServerCertificate(trialIn: trialFolder)
        case .files(let chain, let key): try ServerCertificate(chain: chain, key: key, host: host)
        }
    }

    /// One that is there and good for another week stays.
    private var trialCertificate: Step {
        let folder = trialFolder
        let files = ["ca.pem", "server.pem", "server-key.pem"].map { ReplacedFile("\(folder)/\($0)") }
        return Step(name: "make a certificate for trial in \(folder)") { () throws(HostError) in
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw .system(folder) }
            for file in files { try file.keep() }
            try host.output(host.script("nginx/certificate"), [folder])
        } takeBack: { () throws(HostError) in
            for file in files { try file.takeBack() }
            // Only an empty one goes.
            rmdir(folder)
        } settle: {
            for file in files { file.settle() }
        }
    }

    // MARK: - Configuration

    private var configurationPath: String { host.path(Settings.defaultPath) }

    private func checkedSettings() throws(HostError) -> Settings {
        do throws(SettingsError) {
            let file = try SettingsFile(path: "the configuration", text: wishes.configuration)
            return try Settings(SettingsSource(file: file, environment: variables))
        } catch {
            throw HostError(error.description, .usage)
        }
    }

    /// None where it is as it is to be.
    private func configurationSteps() throws(HostError) -> [Step] {
        let path = configurationPath
        let wanted = wishes.configuration
        guard host.has(Settings.defaultPath) else { return [write(wanted, path)] }
        let current = try host.text(at: path)
        guard current != wanted else { return [] }
        let packaged = try? textFile(host.script("audit-query.yaml"))
        guard current != packaged else { return [write(wanted, path)] }
        try allowReplacing(path)
        return [write(current, "\(path).old"), write(wanted, path)]
    }

    private func write(_ text: String, _ path: String) -> Step {
        let file = ReplacedFile(path)
        // For the group, which the folder gives it.
        return Step(
            name: "write \(path)", make: { () throws(HostError) in try file.write(text, mode: 0o640) },
            takeBack: file.takeBack, settle: file.settle)
    }

    private func allowReplacing(_ path: String) throws(HostError) {
        guard !replaces else { return }
        let kept = "it is kept as \(path).old"
        guard questions.isTerminal else {
            throw HostError("\(path) is there: give --replace to overwrite it (\(kept)); nothing has changed")
        }
        let answer = try questions.ask(
            "\(path) is there. Overwrite it? (\(kept).) yes or no", otherwise: "no", option: "--replace")
        guard answer.hasPrefix("y") else { throw HostError("stopped: nothing has changed") }
    }

    // MARK: - Store

    /// An empty embedded store if there is none, so that workers find it; what is in it stays.
    private func storeSteps(_ settings: Settings) -> [Step] {
        guard case .sqlite(let path, _) = settings.store else { return [] }
        let isNew = FileKind(at: path) == nil
        let step = Step(name: "make the store \(path)") { () throws(HostError) in
            do throws(StoreError) {
                let store = SQLiteStore(writing: path)
                try store.probe()
                try store.checkpoint()
            } catch {
                throw HostError("the store cannot be written: \(error)")
            }
        } takeBack: { () throws(HostError) in
            // Records are evidence: a store that somebody has loaded into meanwhile stays.
            guard isNew, (try? SQLiteStore(reading: path).isEmpty()) != false else { return }
            for file in [path, "\(path)-wal", "\(path)-shm"] { unlink(file) }
        }
        return [step]
    }
}

/// Has workers that run already read the configuration that is new, or on the way back the old one.
private final class Turnover {
    private let pool: Pool
    private let wasRunning: Bool
    private var hasBegun = false

    init(pool: Pool) {
        self.pool = pool
        wasRunning = pool.services.isActive(WorkerUnits.target)
    }

    /// The first step, so that it is the last one to be taken back, when the old configuration is there again.
    var wayBack: Step {
        Step(name: "leave the workers as they are", make: { () throws(HostError) in }) {
            [self] () throws(HostError) in
            if hasBegun { try pool.restart() }
        }
    }

    /// None where nobody runs.
    var steps: [Step] {
        guard wasRunning else { return [] }
        return [
            Step(name: "replace the workers") { [self] () throws(HostError) in
                try pool.restart { [self] in hasBegun = true }
            }
        ]
    }
}
