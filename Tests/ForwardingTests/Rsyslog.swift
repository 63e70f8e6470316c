import Foundation
import Synchronization
import TestSupport

/// Debian's rsyslog, which writes the text of each message into a file: over TCP, over TLS with a certificate of its own, and UDP.
final class Rsyslog {
    let folder: TemporaryFolder
    private let guardian: Guardian
    private var process: ChildProcess?
    let port: Int

    static let isAvailable = Place.path(of: "rsyslogd") != nil && Place.path(of: "openssl") != nil

    enum Transport: String {
        case tls, tcp, udp
    }

    /// The root that its certificate is signed by: itself.
    var authorities: String { folder.file("certificate.pem") }

    init(_ transport: Transport) throws {
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
        let tls =
            transport == .tls
            ? #" StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="anon""# : ""
        let module = transport == .udp ? #"module(load="imudp")"# : "module(load=\"imtcp\"\(tls))"
        try folder.write(
            """
            global(workDirectory="\(folder.path)" maxMessageSize="64k" defaultNetstreamDriverCAFile="\(authorities)"
                   defaultNetstreamDriverCertFile="\(authorities)" defaultNetstreamDriverKeyFile="\(folder.file("key.pem"))")
            \(module)
            input(type="im\(transport == .udp ? "udp" : "tcp")" port="\(port)" ruleset="in")
            template(name="text" type="string" string="%msg:2:$%\\n")
            ruleset(name="in") { action(type="omfile" file="\(folder.file("out"))" template="text" asyncWriting="off" flushOnTXEnd="on") }

            """, to: "rsyslog.conf")
    }

    deinit {
        process?.destroy()
        guardian.dismiss()
    }

    func start() throws {
        process = try ChildProcess(
            ["rsyslogd", "-n", "-f", folder.file("rsyslog.conf"), "-i", folder.file("pid")],
            environment: ["PATH": Place.searchPath],
            streams: .init(outputPath: folder.file("log"), errorPath: folder.file("log")),
            guardian: guardian)
        try eventually("rsyslog listens") {
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
