import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

/// A whole installation: nginx with the files of `nginx/`, workers, a store and keys, in a folder and on a
/// port of its own.
final class LiveInstallation: Sendable {
    /// What is particular about one.
    struct Options: Sendable {
        /// Configuration keys and their values.
        var overrides: [String: String] = [:]
        /// Variables of every process, such as AWS's.
        var environment: [String: String] = [:]
        /// Whether the store is there already, and is not to be written to.
        var loadsNothing = false
        /// Files to load first.
        var files: [String] = []
        /// Lines to load first.
        var lines: [String] = []
        /// How many keys that may see everything: each may make 500 requests a second.
        var adminKeys = 1
        /// How many workers.
        var workers = 2
        /// What all processes are started through.
        var launcher: [String] = []
        /// Where nginx's access log goes, if not to a file.
        var accessLog: String?
        /// Whether they start at once.
        var startsWorkers = true
    }

    /// The installation of the suite or the test that runs.
    @TaskLocal static var current: LiveInstallation?

    /// The installation that the suite shares.
    static var shared: LiveInstallation {
        get throws { try #require(current, "the suite lacks .live(options)") }
    }

    let place: Workplace
    let workers: [Worker]
    let nginx: Nginx
    /// Keys that may see everything.
    let adminKeys: [String]
    private let hasFailed = Mutex(false)

    init(_ options: Options) throws {
        place = try Workplace(
            overrides: options.overrides, environment: options.environment, launcher: options.launcher)
        do {
            let isMadeEmpty = options.files.isEmpty && !options.loadsNothing
            if isMadeEmpty || !options.lines.isEmpty { try place.load(options.lines) }
            if !options.files.isEmpty {
                let outcome = try place.run(
                    [Place.program, "load"] + options.files + [
                        "--config", place.folder.file("audit-query.yaml"),
                    ])
                guard outcome.status == 0 else { throw Failure("load: \(outcome)") }
            }
            adminKeys = try (1...options.adminKeys).map { [place] in try place.key("admin-\($0)") }
            workers = (1...options.workers).map { [place] in Worker(number: $0, place: place) }
            if options.startsWorkers { for worker in workers { try worker.start() } }
            nginx = try Nginx(place: place, sockets: workers.map(\.socketPath), accessLog: options.accessLog)
        } catch {
            place.remove()
            throw error
        }
        do {
            try nginx.start()
            if options.startsWorkers { for worker in workers { try worker.waitUntilReady() } }
        } catch {
            printLogs()
            takeDown()
            throw error
        }
    }

    /// Runs `body` with an installation of its own, which is taken down afterwards, whatever happens.
    static func with(_ options: Options = Options(), _ body: (LiveInstallation) throws -> Void) throws {
        let installation = try LiveInstallation(options)
        let result = Result {
            try $current.withValue(installation) {
                do {
                    try body(installation)
                } catch {
                    installation.noteFailure()
                    throw error
                }
            }
        }
        try installation.stop()
        try result.get()
    }

    /// A new key, when every worker knows it: each reads the keys again in its own time, once a second.
    func key(_ name: String, systems: [String] = [], hidden: [String] = []) throws -> String {
        let key = try place.key(name, systems: systems, hidden: hidden)
        for worker in workers {
            try eventually("worker \(worker.number) knows the key") {
                !(try FastCGIConnection(path: worker.socketPath).get("/v1/records", key: key)).contains("401")
            }
        }
        return key
    }

    /// A client with a key, the administrator's if no other is given.
    func client(_ key: Key = .admin, _ configuration: Client.Configuration = .init()) -> Client {
        let secret: String? =
            switch key {
            case .admin: adminKeys[0]
            case .none: nil
            case .secret(let secret): secret
            }
        return Client(port: nginx.port, caFile: nginx.authorityPath, key: secret, configuration)
    }

    /// Whose requests they are.
    enum Key {
        case admin
        case none
        case secret(String)
    }

    /// Its logs are worth printing.
    func noteFailure() { hasFailed.withLock { $0 = true } }

    /// Takes it down in order, and checks that all of it went.
    func stop() throws {
        if hasFailed.withLock({ $0 }) { printLogs() }
        defer { takeDown() }
        for worker in workers {
            guard let status = try worker.stop() else { continue }
            #expect(status == 0, "worker \(worker.number) ended with \(status) on SIGTERM")
            #expect(access(worker.socketPath, F_OK) != 0, "worker \(worker.number) left its socket behind")
        }
        #expect(try nginx.stop() == 0, "nginx ended with an error")
        #expect(processes() == [], "processes are left")
        #expect(place.leaks() == [], "secrets stand in what was written")
    }

    /// The processes that mention this installation's folder.
    private func processes() -> [String] {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return folders.filter { Int($0) != nil }.compactMap { pid in
            guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return nil }
            let line = String(decoding: data.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
            return line.contains(place.folder.path) && !line.contains("guardian") ? line : nil
        }
    }

    private func takeDown() {
        for worker in workers { worker.destroy() }
        nginx.destroy()
        place.remove()
    }

    private func printLogs() {
        for name in workers.map({ "worker-\($0.number).err" }) + [
            "nginx/error.log", "nginx.err", "nginx/access.log",
        ] {
            let lines = place.folder.text(name).split(separator: "\n").suffix(15).map { $0.prefix(600) }
            guard !lines.isEmpty else { continue }
            print("--- \(name)")
            print(lines.joined(separator: "\n"))
        }
    }
}
