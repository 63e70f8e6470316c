import Threads
import Foundation
import Glibc
import Synchronization
import TestSupport

/// A folder with a configuration, and the command as a user runs it there.
final class Workplace: Sendable {
    /// What a command brought.
    struct Outcome: CustomStringConvertible {
        let status: Int32
        let output: String
        let error: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }

        var description: String {
            "exit \(status)\noutput: \(output.prefix(2000))\nerror: \(error.prefix(2000))"
        }
    }

    let folder: TemporaryFolder
    let guardian: Guardian
    /// The environment of every process: nothing of the tester's own may change what happens.
    let environment: [String: String]
    /// What the processes of an installation are started through, such as nsenter.
    let launcher: [String]
    /// What may stand in no output: every key made here, and other secrets.
    let secrets = Mutex<[String]>([cursorSecret])

    private static let cursorSecret = String(repeating: "0123456789abcdef", count: 4)

    /// Makes the folder and the configuration, with these keys and values over it, such as `cache.ttl-seconds`.
    init(
        overrides: [String: String] = [:], environment variables: [String: String] = [:],
        launcher: [String] = []
    ) throws {
        self.launcher = launcher
        signal(SIGPIPE, SIG_IGN)
        folder = try TemporaryFolder()
        guardian = try Guardian(folder: folder.path)
        var environment = ["PATH": Place.searchPath, "LANG": "C.UTF-8", "HOME": folder.path]
        // But for the fault that scripts/mutate has switched on: it is one of the programs under test.
        environment["AUDIT_QUERY_MUTATION"] = ProcessInfo.processInfo.environment["AUDIT_QUERY_MUTATION"]
        environment.merge(variables) { $1 }
        for (key, value) in try overrides.merging(
            WorkplaceStore.overrides(beside: overrides), uniquingKeysWith: { $1 })
        {
            let name = String(key.uppercased().map { $0 == "." || $0 == "-" ? "_" : $0 })
            environment["AUDIT_QUERY_\(name)"] = value
        }
        self.environment = environment
        // An installation's own; the profile's files that some tests write hold others.
        if let secret = variables["AWS_SECRET_ACCESS_KEY"], secret.count > 12 {
            secrets.withLock { $0.append(secret) }
        }
        try folder.write(
            """
            store: { sqlite: { path: \(folder.file("audit.db")) } }
            keys: { file: \(folder.file("keys.json")) }
            cursor: { secret-file: \(folder.file("cursor.secret")) }

            """, to: "audit-query.yaml")
        try folder.write(Self.cursorSecret, to: "cursor.secret")
    }

    /// A process of this place, with its output in files named after it.
    func start(
        _ arguments: [String], log: String, input: Int32? = nil, third: Int32? = nil,
        environment: [String: String] = [:]
    ) throws -> ChildProcess {
        try ChildProcess(
            arguments, environment: self.environment.merging(environment) { $1 },
            streams: ChildProcess.Streams(
                input: input, outputPath: folder.file("\(log).out"), errorPath: folder.file("\(log).err"),
                third: third),
            guardian: guardian)
    }

    /// Runs any program to its end.
    func run(_ arguments: [String], input: Data? = nil, within limit: Duration = .seconds(150)) throws
        -> Outcome
    {
        let log = "run-\(UInt64.random(in: .min ... .max))"
        var descriptor: Int32?
        if let input {
            try folder.write(input, to: "\(log).in")
            descriptor = open(folder.file("\(log).in"), O_RDONLY | O_CLOEXEC)
        }
        defer { if let descriptor { close(descriptor) } }
        let process = try start(arguments, log: log, input: descriptor)
        defer { process.destroy() }
        let status = try process.wait(within: limit)
        defer { for end in ["in", "out", "err"] { unlink(folder.file("\(log).\(end)")) } }
        return Outcome(status: status, output: folder.text("\(log).out"), error: folder.text("\(log).err"))
    }

    /// `audit-query …`, with this place's configuration.
    func command(_ arguments: String..., input: String? = nil) throws -> Outcome {
        try run(
            [Place.program] + arguments + ["--config", folder.file("audit-query.yaml")],
            input: input.map { Data($0.utf8) })
    }

    /// Loads records given as lines.
    func load(_ lines: some Sequence<String>) throws {
        let outcome = try command("load", "-", input: lines.joined(separator: "\n"))
        guard outcome.status == 0 else { throw Failure("load: \(outcome)") }
    }

    /// A new key: its secret.
    func key(_ name: String, systems: [String] = [], hidden: [String] = []) throws -> String {
        let options = systems.flatMap { ["--system", $0] } + hidden.flatMap { ["--hide", $0] }
        let outcome = try run(
            [Place.program, "keys", "create", "--name", name] + options
                + ["--config", folder.file("audit-query.yaml")])
        guard outcome.status == 0, let secret = outcome.lines.first else { throw Failure("keys: \(outcome)") }
        secrets.withLock { $0.append(secret) }
        return secret
    }

    /// The files here in which a secret stands, other than the one that is its own.
    func leaks() -> [String] {
        let secrets = secrets.withLock { $0.map { Data($0.utf8) } }
        let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return files.filter { name in
            var status = stat()
            guard name != "cursor.secret", stat(folder.file(name), &status) == 0,
                status.st_mode & S_IFMT == S_IFREG,
                let content = FileManager.default.contents(atPath: folder.file(name))
            else { return false }
            return secrets.contains { content.range(of: $0) != nil }
        }
    }

    /// Takes everything away.
    func remove() {
        guardian.dismiss()
        folder.remove()
    }
}

/// Runs `body` in a new workplace, which is gone afterwards.
func withWorkplace<Value>(
    _ overrides: [String: String] = [:], environment: [String: String] = [:],
    _ body: (Workplace) throws -> Value
) throws -> Value {
    let place = try Workplace(overrides: overrides, environment: environment)
    defer { place.remove() }
    return try body(place)
}
