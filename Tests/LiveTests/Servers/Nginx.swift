import Threads
import Foundation
import Glibc
import Synchronization
import TestSupport

/// nginx as it is deployed: the files of `nginx/`, rendered by its own script.
final class Nginx: Sendable {
    private let place: Workplace
    private let sockets: [String]
    private let accessLogTarget: String?
    private let state = Mutex<(port: Int, process: ChildProcess?)>((0, nil))

    init(place: Workplace, sockets: [String], accessLog: String? = nil) throws {
        self.place = place
        self.sockets = sockets
        self.accessLogTarget = accessLog
        let outcome = try place.run(["\(Place.package)/nginx/certificate", place.folder.file("tls")])
        guard outcome.status == 0 else { throw Failure("nginx/certificate: \(outcome)") }
        try place.folder.write("\"https://console.example.com\" 1;\n", to: "origins.map")
    }

    var port: Int { state.withLock { $0.port } }
    var authorityPath: String { place.folder.file("tls/ca.pem") }
    var configurationPath: String { place.folder.file("nginx/nginx.conf") }

    /// Starts it on a free port; on another one when somebody was faster to take that.
    func start() throws {
        for attempt in 1...5 {
            let port = try freePort()
            try render(port)
            let process = try place.start(
                place.launcher + [
                    "nginx", "-e", "stderr", "-p", place.folder.file("nginx"), "-c", configurationPath,
                ],
                log: "nginx")
            state.withLock { $0 = (port, process) }
            do {
                return try waitUntilReady(process)
            } catch  where attempt < 5 && place.folder.text("nginx.err").contains("Address already in use") {
                process.destroy()
            }
        }
    }

    /// What one line of the access log holds for a request, once nginx has written it.
    func logged(requestID: String) throws -> JSONValue {
        try eventually("request \(requestID) in the access log") {
            try accessLog().first { $0["requestId"].string == requestID }
        }
    }

    /// The access log: every line as JSON.
    func accessLog() throws -> [JSONValue] {
        let lines = place.folder.text("nginx/access.log").split(
            separator: "\n", omittingEmptySubsequences: true)
        return try lines.map { try JSONValue(Data($0.utf8)) }
    }

    /// SIGHUP: new processes with the configuration as it is, while the old ones finish.
    func reload() { state.withLock { $0.process }?.signal(SIGHUP) }

    /// SIGTERM: its exit status.
    func stop() throws -> Int32? {
        let process = state.withLock { $0.process }
        process?.signal(SIGTERM)
        return try process?.wait(within: .seconds(20))
    }

    func destroy() {
        state.withLock { $0.process }?.destroy()
    }

    private func render(_ port: Int) throws {
        let arguments =
            [
                "\(Place.package)/nginx/render", "--output", place.folder.file("nginx"), "--listen",
                "127.0.0.1:\(port)", "--certificate", place.folder.file("tls/server.pem"),
                "--certificate-key",
                place.folder.file("tls/server-key.pem"), "--allowed-origins",
                place.folder.file("origins.map"),
                "--error-log", place.folder.file("nginx/error.log"),
            ] + sockets.flatMap { ["--socket", $0] } + (accessLogTarget.map { ["--access-log", $0] } ?? [])
        let outcome = try place.run(arguments)
        guard outcome.status == 0 else { throw Failure("nginx/render: \(outcome)") }
    }

    private func waitUntilReady(_ process: ChildProcess) throws {
        // Any answer will do: workers may be absent on purpose.
        let client = Client(port: port, caFile: authorityPath, key: nil)
        try eventually("nginx answers") {
            guard process.status == nil else { return true }
            return try client.send("OPTIONS", "/healthz").status > 0
        }
        guard process.status == nil else { throw Failure("nginx: \(place.folder.text("nginx.err"))") }
    }

    private func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let found = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard found else { throw Failure("no free port: errno \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
