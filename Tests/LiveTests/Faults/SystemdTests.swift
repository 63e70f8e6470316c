import Glibc
import TestSupport
import Testing

/// A worker as systemd runs it, without systemd: a passed socket, and what it notifies.
@Suite(.live, .logsOnFailure)
struct SystemdTests {
    @Test func `READY, WATCHDOG in time, RELOADING and STOPPING are notified`() throws {
        try withWorkplace { place in
            try place.load([])
            _ = try place.key("any")
            let notify = try NotifySocket(path: place.folder.file("notify"))
            let worker = try start(
                place, socket: nil, log: "worker-1",
                environment: ["NOTIFY_SOCKET": notify.path, "WATCHDOG_USEC": "6000000"])
            defer { worker.destroy() }
            try notify.wait(for: "READY=1")
            #expect(access(place.folder.file("worker.sock"), F_OK) == 0, "ready when the socket is there")
            #expect(
                try FastCGIConnection(path: place.folder.file("worker.sock")).get("/healthz").contains("ok"))
            for turn in 1...3 {
                let before = notify.count(of: "WATCHDOG=1")
                let start = ContinuousClock.now
                try eventually("sign of life \(turn)") {
                    notify.count(of: "WATCHDOG=1") > before
                }
                #expect(ContinuousClock.now - start < .seconds(6), "within WATCHDOG_USEC")
            }
            let ready = notify.count(of: "READY=1")
            worker.signal(SIGHUP)
            try notify.wait(for: "RELOADING=1")
            try notify.wait(for: "MONOTONIC_USEC=")
            try eventually("ready again") { notify.count(of: "READY=1") > ready }
            worker.signal(SIGTERM)
            try notify.wait(for: "STOPPING=1")
            #expect(try worker.wait() == 0)
        }
    }

    @Test func `of two passed sockets the one named status shows the worker, and the other serves`() throws {
        try withWorkplace { place in
            try place.load(GeneratedRecords.lines.prefix(50))
            let key = try place.key("any")
            let (requests, status) = (place.folder.file("1.sock"), place.folder.file("1.status"))
            let worker = try place.start(
                [
                    "systemd-socket-activate", "--listen", status, "--listen", requests, "--fdname",
                    "status:audit-query@1.socket", Place.program, "serve", "--config",
                    place.folder.file("audit-query.yaml"),
                ], log: "worker-1")
            defer { worker.destroy() }
            // The first connection starts it.
            try eventually("an answer") {
                try FastCGIConnection(path: requests).get("/v1/records?userId=alice", key: key)
                    .hasPrefix("Status: 200")
            }
            let shown = try place.run([Place.program, "status", "--directory", place.folder.path])
            #expect(shown.status == 0 && shown.lines.count == 2, "\(shown)")
            worker.signal(SIGTERM)
            #expect(try worker.wait() == 0)
            #expect(access(requests, F_OK) == 0 && access(status, F_OK) == 0, "both are systemd's")
        }
    }

    @Test
    func `a passed socket stays open between two workers, and what waits in it is served by the second`()
        throws
    {
        try withWorkplace { place in
            try place.load(GeneratedRecords.lines.prefix(50))
            let key = try place.key("any")
            let path = place.folder.file("systemd.sock")
            let listener = try ListeningSocket(path: path)
            let first = try start(place, socket: listener, log: "worker-1")
            defer { first.destroy() }
            #expect(
                try FastCGIConnection(path: path).get("/v1/records?userId=alice", key: key).hasPrefix(
                    "Status: 200"))
            first.signal(SIGTERM)
            #expect(try first.wait() == 0)
            #expect(access(path, F_OK) == 0, "the socket is systemd's, not the worker's to take away")

            // Connects at once: the kernel keeps the connection in the socket's backlog.
            let waiting = try FastCGIConnection(path: path)
            try waiting.begin([
                "REQUEST_METHOD": "GET", "REQUEST_URI": "/v1/records?userId=alice",
                "QUERY_STRING": "userId=alice",
                "HTTP_X_API_KEY": key,
            ])
            try waiting.sendBody([])
            let second = try start(place, socket: listener, log: "worker-2")
            defer { second.destroy() }
            #expect(try waiting.reply().hasPrefix("Status: 200"))
            second.signal(SIGTERM)
            #expect(try second.wait() == 0)
        }
    }

    @Test func `a worker on a passed socket that is killed leaves connections waiting, not refused`() throws {
        try withWorkplace { place in
            try place.load([])
            _ = try place.key("any")
            let path = place.folder.file("systemd.sock")
            let listener = try ListeningSocket(path: path)
            let first = try start(place, socket: listener, log: "worker-1")
            defer { first.destroy() }
            try eventually("it answers") { try FastCGIConnection(path: path).get("/healthz").contains("ok") }
            first.signal(SIGKILL)
            try first.wait()
            let waiting = try FastCGIConnection(path: path)
            try waiting.begin(["REQUEST_METHOD": "GET", "REQUEST_URI": "/healthz"])
            try waiting.sendBody([])
            let second = try start(place, socket: listener, log: "worker-2")
            defer { second.destroy() }
            #expect(try waiting.reply().contains("ok"))
        }
    }

    @Test func `systemd-socket-activate starts a worker on its socket`() throws {
        guard Place.path(of: "systemd-socket-activate") != nil else {
            print("LiveTests: systemd-socket-activate is absent: its test is SKIPPED")
            return
        }
        try withWorkplace { place in
            try place.load([])
            _ = try place.key("any")
            let path = place.folder.file("activated.sock")
            let worker = try place.start(
                [
                    "systemd-socket-activate", "--listen=\(path)", Place.program, "serve", "--config",
                    place.folder.file("audit-query.yaml"),
                ], log: "activated")
            defer { worker.destroy() }
            try eventually("the activated worker answers") {
                try FastCGIConnection(path: path).get("/readyz").contains("ready")
            }
            worker.signal(SIGTERM)
            #expect(try worker.wait() == 0)
        }
    }

    @Test func `without a socket of any kind the start fails with one clear line`() throws {
        try withWorkplace { place in
            _ = try place.key("any")
            let outcome = try place.command("serve")
            #expect(outcome.status == 78 && outcome.error.contains("--socket"), "\(outcome)")
        }
    }

    /// A worker with a passed socket as descriptor 3, or a path. Its process number has to be in the
    /// environment, which only a shell knows in time.
    private func start(
        _ place: Workplace, socket: ListeningSocket?, log: String, environment: [String: String] = [:]
    ) throws -> ChildProcess {
        let serve = [Place.program, "serve", "--config", place.folder.file("audit-query.yaml")]
        guard let socket else {
            return try place.start(
                serve + ["--socket", place.folder.file("worker.sock")], log: log, environment: environment)
        }
        return try place.start(
            ["sh", "-c", "LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\"", "sh"] + serve, log: log,
            third: socket.descriptor, environment: environment)
    }
}
