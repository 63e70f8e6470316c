import Foundation
import Glibc

/// Whether nginx serves the pool of this host, with a certificate that lasts.
struct NginxInspection {
    let host: Host
    var now = Date()

    /// Nothing where nginx does not serve a pool.
    func findings() -> [Finding] {
        let settings: PoolSettings
        do throws(HostError) {
            guard let read = try PoolSettings.read(host), !read.certificate.isEmpty else { return [] }
            settings = read
        } catch {
            return [finding(.warning, "not looked at: \(error)")]
        }
        return configuration() + certificates(settings)
    }

    private func finding(_ state: Finding.State, _ text: String) -> Finding {
        Finding(.nginx, state, "nginx: \(text)")
    }

    /// It names keys that only root reads, so nobody else can try it.
    private func configuration() -> [Finding] {
        let site = ServerSite(host: host, services: ServiceManager(host: host))
        guard site.isEnabled else {
            return [finding(.wrong, "its site for the pool is not enabled: audit-query pool")]
        }
        guard geteuid() == 0 else { return [] }
        do throws(HostError) {
            try site.test()
            return [finding(.ok, "its configuration is right")]
        } catch {
            return [finding(.wrong, error.description)]
        }
    }

    private func certificates(_ settings: PoolSettings) -> [Finding] {
        let file = settings.certificate
        let inFile = CertificateEnd(file: file, host: host)
        return settings.listen.flatMap { listen -> [Finding] in
            let site = ServedSite(host, listen: listen)
            guard let served = site.certificate, let end = CertificateEnd(pem: served, host: host) else {
                return [
                    finding(
                        .wrong,
                        "nobody answers at \(site.address): systemctl status nginx; journalctl -u nginx")
                ]
            }
            var findings = [finding(.ok, "serves at \(site.address)")]
            if let inFile, inFile != end {
                findings.append(
                    finding(
                        .wrong,
                        "serves another certificate at \(site.address) than is in \(file): systemctl reload nginx"
                    ))
            }
            return findings + [end.finding(name: "\(site.address), of \(file)", now: now)]
        }
    }
}

/// When a certificate ends, and which one it is.
struct CertificateEnd: Equatable {
    let serial: String
    let end: Date

    /// From here on it is a warning, and somebody must act.
    private static let (soon, now) = (21, 7)

    /// The first certificate of a file; nil when it may not be read, or is none.
    init?(file: String, host: Host) {
        self.init(host, ["-in", file], "")
    }

    init?(pem: String, host: Host) {
        self.init(host, [], pem)
    }

    private init?(_ host: Host, _ options: [String], _ input: String) {
        let words = ["x509", "-noout", "-serial", "-enddate", "-dateopt", "iso_8601"] + options
        let outcome = host.run(ToolCall(program: "openssl", arguments: words, input: input))
        guard outcome.status == 0 else { return nil }
        self.init(outcome.output)
    }

    /// What openssl says: `serial=…` and `notAfter=2027-02-24 12:00:00Z`, a line each.
    init?(_ lines: String) {
        var values: [Substring: Substring] = [:]
        for line in lines.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        let format = Date.ISO8601FormatStyle(dateTimeSeparator: .space)
        guard let serial = values["serial"], let text = values["notAfter"],
            let end = try? format.parse(String(text))
        else { return nil }
        self.serial = String(serial)
        self.end = end
    }

    /// How long it lasts, for people.
    func finding(name: String, now: Date) -> Finding {
        let seconds = end.timeIntervalSince(now)
        let days = Int(seconds / 86_400)
        let day = end.formatted(.iso8601.year().month().day())
        let advice = ": renew it, then systemctl reload nginx"
        let (state, text): (Finding.State, String) =
            switch days {
            case _ where seconds <= 0: (.wrong, "has ended on \(day)\(advice)")
            case ..<Self.now: (.wrong, "ends in \(counted(days, "day")), on \(day)\(advice)")
            case ..<Self.soon: (.warning, "ends in \(counted(days, "day")), on \(day)\(advice)")
            default: (.ok, "ends in \(counted(days, "day")), on \(day)")
            }
        return Finding(.certificate, state, "certificate at \(name): \(text)")
    }
}
