import Foundation
import Glibc
import TestSupport
import Testing

/// nginx with TLS on unix sockets in a directory of its own: one that speaks TLS 1.2, 1.3 and HTTP/2,
/// one that speaks TLS 1.1 only. It answers with the versions that were spoken.
final class TLSServer {
    /// Whether nginx and openssl are installed.
    static let isAvailable = ["/usr/sbin/nginx", "/usr/bin/openssl"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private let directory: TemporaryFolder
    /// The certificate, which is its own root; its name is `localhost`.
    var certificate: String { directory.path + "/certificate.pem" }
    /// The socket of the server that speaks TLS 1.2 and 1.3, and HTTP/2.
    var modern: String { directory.path + "/modern" }
    /// The socket of the server that speaks TLS 1.1 only.
    var outdated: String { directory.path + "/outdated" }

    init() throws {
        directory = try TemporaryFolder()
        let path = directory.path
        try run(
            "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2", "-keyout",
            path + "/key.pem", "-out", certificate)
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: path + "/nginx.conf"))
        // As a daemon, it has its sockets by the time the command returns.
        try nginx()
    }

    deinit {
        try? nginx("-s", "stop")
        // The last thing that nginx does is to remove this file; only then can the directory go. The wait
        // is bounded so that a broken nginx costs a left-over directory and no more.
        try? eventually("nginx has ended") { access(directory.path + "/nginx.pid", F_OK) != 0 }
    }

    private var configuration: String {
        let path = directory.path
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(path)/\($0);" }.joined(separator: "\n")
        return """
            \(geteuid() == 0 ? "user root;" : "")
            worker_processes 1;
            pid \(path)/nginx.pid;
            events {}
            http {
                access_log off;
                \(temporary)
                ssl_certificate \(certificate);
                ssl_certificate_key \(path)/key.pem;
                ssl_session_cache shared:tls:1m;
                server {
                    listen unix:\(modern) ssl http2;
                    ssl_protocols TLSv1.2 TLSv1.3;
                    location / { return 200 "$server_protocol $ssl_protocol $ssl_session_reused"; }
                }
                server {
                    listen unix:\(outdated) ssl;
                    ssl_protocols TLSv1.1;
                    ssl_ciphers DEFAULT:@SECLEVEL=0;
                    location / { return 200 "$server_protocol $ssl_protocol"; }
                }
            }
            """
    }

    private func nginx(_ arguments: String...) throws {
        let path = directory.path
        let common = ["-c", path + "/nginx.conf", "-e", path + "/error.log", "-p", path]
        try run("/usr/sbin/nginx", arguments: common + arguments)
    }

    private func run(_ path: String, _ arguments: String...) throws { try run(path, arguments: arguments) }

    private func run(_ path: String, arguments: [String]) throws {
        let code = try Command.run(path, arguments)
        try #require(code == 0, "\(path) \(arguments)")
    }
}
