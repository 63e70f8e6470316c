import DemoData
import Foundation
import HTTPClient
import Glibc
import Synchronization
import TestSupport
import Testing

/// Writers, workers and forwarders are killed at random, their clocks are set, far ends are away and disks full: every record is
/// delivered, in order of each source, and twice only after a kill.
///
/// Some seconds long, or as many as AUDIT_QUERY_KILLS_SECONDS says: `scripts/soak --forward`.
@Suite(.live, .logsOnFailure)
struct ForwardKillsTests {
    private static let seconds =
        ProcessInfo.processInfo.environment["AUDIT_QUERY_KILLS_SECONDS"].flatMap(Int.init) ?? 8

    @Test func `whatever is killed, away, full or at another time, each far end has all, in order`() throws {
        forAll(cases: 1) { random in
            try LiveInstallation.with(.init(workers: 1)) { live in
                let chaos = try Chaos(live, random.fork())
                defer { chaos.end() }
                let start = ContinuousClock.now
                let end = start + .seconds(Self.seconds)
                // A fifth of the time the server is away altogether.
                let away = (start + .seconds(Self.seconds) * 2 / 5)..<(start + .seconds(Self.seconds) * 3 / 5)
                while .now < end { try chaos.step(isServerAway: away.contains(.now)) }
                try chaos.calm()
                try chaos.check()
            }
        }
    }
}

/// An installation in which nothing lasts.
private final class Chaos {
    /// What it does to a forwarder.
    private final class Forwarder {
        let name: String
        let arguments: [String]
        var process: ChildProcess?
        var (kills, lives) = (0, 0)

        init(_ name: String, _ arguments: [String]) { (self.name, self.arguments) = (name, arguments) }
    }

    /// A server that takes each batch once, by its key, unless it is away.
    private final class Server: Sendable {
        enum Mood: CaseIterable { case well, refuses, breaks, losesAnswers }

        private struct State {
            var mood = Mood.well
            var keys: Set<String> = []
            var (text, batches, repeated) = ("", 0, 0)
        }

        private let state = Mutex(State())
        var mood: Mood {
            get { state.withLock { $0.mood } }
            set { state.withLock { $0.mood = newValue } }
        }
        var text: String { state.withLock { $0.text } }
        var story: String { state.withLock { "\($0.batches) batches, \($0.repeated) again" } }

        func serve(_ connection: ServerConnection) {
            while let request = connection.readRequest() {
                let mood = mood
                switch mood {
                case .refuses: connection.answer("503 Service Unavailable", "Retry-After: 0\r\n")
                case .breaks: return
                case .well, .losesAnswers:
                    let key = request.headers["Idempotency-Key"] ?? ""
                    state.withLock { state in
                        state.batches += 1
                        guard state.keys.insert(key).inserted else {
                            state.repeated += 1
                            return
                        }
                        state.text += String(decoding: request.body, as: UTF8.self)
                    }
                    if mood == .losesAnswers { return }
                    connection.answer()
                }
            }
        }
    }

    private static let sources = 3
    private static let batch = 40
    private static let library = [
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
    ].first { FileManager.default.fileExists(atPath: $0) }

    private let live: LiveInstallation
    private var random: SplitMix64
    private let server = Server()
    private let listener: ScriptedServer
    private let forwarders: [Forwarder]
    /// Batches that are stored for sure, by source.
    private var stored = Array(repeating: 0, count: sources)
    private var (writerKills, workerKills, fullDisks) = (0, 0, 0)

    init(_ live: LiveInstallation, _ random: SplitMix64) throws {
        (self.live, self.random) = (live, random)
        listener = try ScriptedServer(keepsRequests: false) { [server] in server.serve($0) }
        let place = live.place
        func arguments(_ name: String, _ to: String, _ from: [String]) -> [String] {
            [Place.program, "forward"] + from + [
                "--to", to, "--checkpoint", place.folder.file("\(name).json"), "--begin", "start",
                "--rotate-seconds", "1000000000",
            ]
        }
        let store = ["--config", place.folder.file("audit-query.yaml")]
        let url = [
            "--url", "https://127.0.0.1:\(live.nginx.port)", "--url-ca-file", live.nginx.authorityPath,
        ]
        forwarders = [
            Forwarder("file", arguments("file", "file:\(place.folder.file("file.out"))", store)),
            Forwarder("http", arguments("http", listener.url("/in"), store)),
            Forwarder("remote", arguments("remote", "file:\(place.folder.file("remote.out"))", url)),
        ]
    }

    func end() {
        for forwarder in forwarders { forwarder.process?.destroy() }
        listener.stop()
    }

    /// Does something to somebody.
    func step(isServerAway: Bool) throws {
        if isServerAway { server.mood = .refuses }
        switch random.number(below: 10) {
        case 0...3: try write(random.number(below: Self.sources), mayBeKilled: true)
        case 4...6: try kill(random.pick(forwarders))
        case 7: server.mood = random.pick(isServerAway ? [.refuses, .breaks] : Server.Mood.allCases)
        case 8: try restartWorker()
        default: pause(300)
        }
    }

    /// Ends all of it: everybody is well, and has time.
    func calm() throws {
        server.mood = .well
        for source in 0..<Self.sources { try write(source, mayBeKilled: false) }
        for forwarder in forwarders {
            forwarder.process?.destroy()
            let done = try live.place.run(
                ["env", "AUDIT_QUERY_KEY=\(live.adminKeys[0])"] + forwarder.arguments + ["--once"],
                within: .seconds(300))
            guard done.status == 0 else { throw Falsified(description: "\(forwarder.name): \(done)") }
        }
    }

    func check() throws {
        let texts = [
            live.place.folder.text("file.out"), server.text, live.place.folder.text("remote.out"),
        ]
        let expected = Set(
            (0..<Self.sources).flatMap { source in
                (0..<stored[source] * Self.batch).map { "\(source)-\($0)" }
            })
        for (forwarder, text) in zip(forwarders, texts) {
            let found = Self.ids(text)
            var (seen, repeats, wasNew) = (Set<String>(), 0, true)
            var last = Array(repeating: 0, count: Self.sources)
            for id in found {
                let isNew = seen.insert(id).inserted
                if !isNew, wasNew { repeats += 1 }
                wasNew = isNew
                let numbers = id.split(separator: "-").compactMap { Int($0) }
                guard isNew else { continue }
                // Those of one write come in any order.
                let batch = numbers[1] / Self.batch
                try require(batch >= last[numbers[0]], "\(forwarder.name): \(id) comes behind a later batch")
                last[numbers[0]] = batch
            }
            let missing = expected.subtracting(seen)
            try require(
                seen == expected, "\(forwarder.name): \(missing.count) missing: \(missing.sorted().prefix(5))"
            )
            // The server knows batches by their keys. And what a writer that was killed had sent to PostgreSQL is stored there while the
            // next one looks: that one replaces it then, by the same, which comes anew.
            let most = (forwarder.name == "http" ? 0 : forwarder.kills) + writerKills
            try require(
                repeats <= most,
                "\(forwarder.name): \(repeats) times twice, \(forwarder.kills) kills of it and \(writerKills) of writers"
            )
        }
        let kills = forwarders.map { "\($0.name) \($0.kills)" }.joined(separator: ", ")
        print(
            "\(expected.count) records; killed: writers \(writerKills), workers \(workerKills), forwarders \(kills); "
                + "full disks \(fullDisks); the server got \(server.story)")
    }

    private static func ids(_ text: String) -> [String] {
        text.split(separator: "\n").compactMap { line -> String? in
            guard let start = line.firstRange(of: "\"auditId\":\"")?.upperBound else { return nil }
            return String(line.suffix(from: start).prefix(while: { $0 != "\"" }))
        }
    }

    /// Loads the next batch of a source: again and again, until it is stored.
    private func write(_ source: Int, mayBeKilled: Bool) throws {
        let start = stored[source] * Self.batch
        let lines = (start..<start + Self.batch).map { number in
            #"{"auditId":"\#(source)-\#(number)","timestamp":"2024-01-\#(10 + number % 20)T10:00:00Z","#
                + #""systemId":"s\#(source)","userId":"u","resourceId":"r"}"#
        }
        let path = live.place.folder.file("batch-\(source)")
        try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        let command = [
            Place.program, "load", path, "--config", live.place.folder.file("audit-query.yaml"), "--quiet",
        ]
        if mayBeKilled, random.once(in: 2) {
            let process = try live.place.start(clock() + command, log: "writer")
            pause(random.number(below: 150))
            process.signal(SIGKILL)
            guard try process.wait() != 0 else {
                stored[source] += 1
                return
            }
            writerKills += 1
        }
        let done = try live.place.run(clock() + command, within: .seconds(300))
        guard done.status == 0 else { throw Falsified(description: "load: \(done)") }
        stored[source] += 1
    }

    /// Kills a forwarder, if it runs, and starts it again: now and then on a disk that is full soon.
    private func kill(_ forwarder: Forwarder) throws {
        if let process = forwarder.process {
            forwarder.kills += 1
            process.destroy()
        }
        var limit: [String] = []
        if forwarder.name != "http", random.once(in: 4) {
            fullDisks += 1
            let size = live.place.folder.text("\(forwarder.name).out").utf8.count
            limit = [
                "sh", "-c", "ulimit -f \(size / 512 + random.number(in: 1...8)); trap '' XFSZ; exec \"$@\"",
                "sh",
            ]
        }
        forwarder.lives += 1
        forwarder.process = try live.place.start(
            limit + clock() + forwarder.arguments, log: "\(forwarder.name)-\(forwarder.lives)",
            environment: ["AUDIT_QUERY_KEY": live.adminKeys[0]])
    }

    private func restartWorker() throws {
        try live.workers[0].kill()
        workerKills += 1
        pause(random.number(below: 200))
        let clock = clock()
        try live.workers[0].start(within: clock)
        try live.workers[0].waitUntilReady()
    }

    /// What a program is started by whose clock is wrong, now and then.
    private func clock() -> [String] {
        guard let library = Self.library, random.once(in: 2) else { return ["env"] }
        let offset = random.pick(["-400d", "-2d", "-1h", "+2d"])
        // Through another program: Swift does not find its arguments in the one that libfaketime starts with.
        return [
            "env", "LD_PRELOAD=\(library)", "FAKETIME=\(offset)", "FAKETIME_DONT_FAKE_MONOTONIC=1", "env",
        ]
    }

    private func pause(_ milliseconds: Int) {
        _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(milliseconds))
    }
}
