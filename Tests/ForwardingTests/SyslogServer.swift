import Foundation
import Synchronization
import TestSupport

/// Debian's rsyslog or syslog-ng, which writes the text of each message into a file: over TCP, over TLS with a certificate of its own,
/// and UDP.
final class SyslogServer {
    enum Program: String, CaseIterable {
        case rsyslog
        case syslogNG = "syslog-ng"

        /// Debian lets only one of both be installed, so scripts/test unpacks the other one here.
        private static let folder = "\(Place.package)/.build/syslog-ng"

        /// The one that is there.
        static let available = Program.allCases.filter { $0.path != nil && Place.path(of: "openssl") != nil }

        fileprivate var path: String? {
            switch self {
            case .rsyslog: return Place.path(of: "rsyslogd")
            case .syslogNG:
                return [Self.folder, ""].map { "\($0)/usr/sbin/syslog-ng" }.first {
                    FileManager.default.isExecutableFile(atPath: $0)
                }
            }
        }

        /// Its libraries, where they are not the system's.
        fileprivate var libraries: String { "\(Self.folder)/usr/lib/syslog-ng" }
    }

    let folder: TemporaryFolder
    private let guardian: Guardian
    private var process: ChildProcess?
    let port: Int

    private let program: Program

    enum Transport: String {
        case tls, tcp, udp
    }

    /// The root that its certificate is signed by: itself.
    var authorities: String { folder.file("certificate.pem") }

    init(_ program: Program, _ transport: Transport) throws {
        self.program = program
        folder = try TemporaryFolder()
        guardian = try Guardian(folder: folder.path)
        port = try TCPListener.unusedPort()
        let made = try ChildProcess(
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-subj",
                "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2", "-keyout",
                folder.file("key.pem"),
                "-out", folder.file("certificate.pem"),
            ], environment: ["PATH": Place.searchPath], streams: .init(), guardian: guardian)
        guard try made.wait() == 0 else { throw Failure("openssl made no certificate") }
        switch program {
        case .rsyslog: try folder.write(rsyslog(transport), to: "configuration")
        case .syslogNG: try folder.write(syslogNG(transport), to: "configuration")
        }
    }

    private func rsyslog(_ transport: Transport) -> String {
        let tls =
            transport == .tls
            ? #" StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="anon""# : ""
        let module = transport == .udp ? #"module(load="imudp")"# : "module(load=\"imtcp\"\(tls))"
        return """
            global(workDirectory="\(folder.path)" maxMessageSize="64k" defaultNetstreamDriverCAFile="\(authorities)"
                   defaultNetstreamDriverCertFile="\(authorities)" defaultNetstreamDriverKeyFile="\(folder.file("key.pem"))")
            \(module)
            input(type="im\(transport == .udp ? "udp" : "tcp")" port="\(port)" ruleset="in")
            template(name="text" type="string" string="%msg:2:$%\\n")
            ruleset(name="in") { action(type="omfile" file="\(folder.file("out"))" template="text" asyncWriting="off" flushOnTXEnd="on") }

            """
    }

    private func syslogNG(_ transport: Transport) -> String {
        let tls =
            transport == .tls
            ? " tls(key-file(\"\(folder.file("key.pem"))\") cert-file(\"\(authorities)\") peer-verify(optional-untrusted))"
            : ""
        return """
            @version: 3.38
            options { log-msg-size(65536); flush-lines(1); };
            source in { syslog(transport("\(transport.rawValue)") port(\(port)) max-connections(10) log-iw-size(1000)\(tls)); };
            destination out { file("\(folder.file("out"))" template("${MSG}\\n") template-escape(no)); };
            log { source(in); destination(out); };

            """
    }

    private var command: [String] {
        switch program {
        case .rsyslog: ["rsyslogd", "-n", "-f", folder.file("configuration"), "-i", folder.file("pid")]
        case .syslogNG:
            [
                program.path ?? "syslog-ng", "-F", "--no-caps", "-f", folder.file("configuration"),
                "--module-path=\(program.libraries)/3.38", "-R", folder.file("persist"), "-c",
                folder.file("control"), "-p", folder.file("pid"),
            ]
        }
    }

    deinit {
        process?.destroy()
        guardian.dismiss()
    }

    func start() throws {
        process = try ChildProcess(
            command, environment: ["PATH": Place.searchPath, "LD_LIBRARY_PATH": program.libraries],
            streams: .init(outputPath: folder.file("log"), errorPath: folder.file("log")),
            guardian: guardian)
        try eventually("\(program.rawValue) listens") {
            let table = ["tcp", "tcp6", "udp", "udp6"].map {
                (try? String(contentsOfFile: "/proc/net/\($0)", encoding: .utf8)) ?? ""
            }
            return table.joined().contains(String(format: ":%04X ", port))
        }
    }

    func signal(_ number: Int32) throws {
        process?.signal(number)
        try process?.wait()
    }

    /// The text of the messages, as far as they are written.
    var text: String { folder.text("out") }
}
