import Foundation
import Glibc
import TestSupport
import Testing

@testable import audit_query

/// What `check` says of nginx in front of the pool, whose programs here say what they are told to.
@Suite struct NginxInspectionTests {
    private let folder: TemporaryFolder
    /// 2027-01-01T12:00:00Z.
    private static let now = Date(timeIntervalSince1970: 1_798_804_800)
    private static let certificate = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"

    init() throws { folder = try TemporaryFolder() }

    /// A certificate as openssl tells of it.
    private static func told(_ serial: String, days: Int) -> String {
        let end = now.addingTimeInterval(Double(days) * 86_400 + 1)
        let format = Date.ISO8601FormatStyle(dateTimeSeparator: .space)
        return "serial=\(serial)\nnotAfter=\(end.formatted(format))\n"
    }

    /// What is found where nginx serves one certificate, nobody for nil, the file has another, and `nginx -t` says something.
    private func lines(
        serves: String?, file: String, complaint: String = "", isEnabled: Bool = true
    ) throws -> [String] {
        for name in ["etc/audit-query", "etc/nginx/sites-enabled"] {
            try FileManager.default.createDirectory(
                atPath: folder.file(name), withIntermediateDirectories: true)
        }
        var settings = PoolSettings()
        (settings.certificate, settings.certificateKey) = ("/c.pem", "/k.pem")
        settings.listen = ["443"]
        _ = try folder.write(settings.text, to: "etc/audit-query/pool.conf")
        if isEnabled { _ = try folder.write("", to: "etc/nginx/sites-enabled/audit-query") }
        let host = audit_query.Host(
            root: folder.path,
            run: { call in
                switch (call.program, call.arguments.first) {
                case ("openssl", "s_client"):
                    serves == nil
                        ? ToolOutcome(status: 1, output: "", error: "connect: refused")
                        : ToolOutcome(status: 0, output: Self.certificate, error: "")
                case ("openssl", _):
                    ToolOutcome(
                        status: 0, output: call.arguments.contains("-in") ? file : serves ?? "", error: "")
                default:
                    ToolOutcome(status: complaint.isEmpty ? 0 : 1, output: "", error: complaint)
                }
            })
        return NginxInspection(host: host, now: Self.now).findings().map { $0.line(coloured: false) }
    }

    /// The lines that are not ok.
    private func doubts(_ lines: [String]) -> [String] { lines.filter { !$0.hasPrefix("ok ") } }

    @Test func `a site that is served with the certificate of the file is well`() throws {
        let good = Self.told("01", days: 40)
        let found = try lines(serves: good, file: good)
        #expect(doubts(found).isEmpty && found.contains { $0.contains("ends in 40 days") }, "\(found)")
    }

    @Test func `a site that is not enabled, or where nobody answers, is wrong`() throws {
        let good = Self.told("01", days: 40)
        let disabled = try doubts(lines(serves: good, file: good, isEnabled: false))
        #expect(disabled == ["wrong    nginx: its site for the pool is not enabled: audit-query pool"])
        let silent = try doubts(lines(serves: nil, file: good))
        #expect(silent.count == 1 && silent[0].hasPrefix("wrong    nginx: nobody answers at 127.0.0.1:443"))
    }

    @Test(.enabled(if: geteuid() == 0, "only root tries nginx's configuration"))
    func `a configuration that nginx would not start with is wrong`() throws {
        let good = Self.told("01", days: 40)
        let found = try doubts(lines(serves: good, file: good, complaint: "nginx: [emerg] x"))
        #expect(found.count == 1 && found[0].hasPrefix("wrong    nginx: "), "\(found)")
        #expect(found.first?.contains("[emerg] x") == true)
    }

    @Test func `a renewed certificate that nginx has not read is wrong, and the one that it shows is told`()
        throws
    {
        let found = try doubts(lines(serves: Self.told("01", days: 3), file: Self.told("02", days: 90)))
        #expect(
            found == [
                "wrong    nginx: serves another certificate at 127.0.0.1:443 than is in /c.pem: systemctl reload nginx",
                "wrong    certificate at 127.0.0.1:443, of /c.pem: ends in 3 days, on 2027-01-04: renew it, then "
                    + "systemctl reload nginx",
            ])
    }
}
