package import AuditRecords
internal import HTTPClient
internal import Sockets

/// Where records are forwarded to, as it is written: `file:/srv/audit.ndjson`, `syslog+tls://siem.example.com`.
package struct FarEndPlace: Equatable, Sendable {
    enum Kind: Equatable {
        case file(path: String)
        case syslogTLS(Peer), syslogTCP(Peer), syslogUDP(Peer)
        case lines(url: String), splunk(url: String), openTelemetry(url: String)
    }

    let kind: Kind

    /// The place that a text is; nil where it is none.
    package init?(_ text: String) {
        guard let kind = Self.kind(text) else { return nil }
        self.kind = kind
    }

    private static func kind(_ text: String) -> Kind? {
        if let path = text.behind("file:") {
            return path.isEmpty || path.hasSuffix("/") || path.hasPrefix("//") ? nil : .file(path: path)
        }
        if let rest = text.behind("syslog+tls://") { return peer(rest, port: 6514).map(Kind.syslogTLS) }
        if let rest = text.behind("syslog+tcp://") { return peer(rest, port: 601).map(Kind.syslogTCP) }
        if let rest = text.behind("syslog+udp://") { return peer(rest, port: 514).map(Kind.syslogUDP) }
        if let rest = text.behind("splunk+") {
            return url(rest, path: "/services/collector/event").map(Kind.splunk)
        }
        if let rest = text.behind("otlp+") { return url(rest, path: "/v1/logs").map(Kind.openTelemetry) }
        return url(text, path: "/").map(Kind.lines)
    }

    /// A URL of HTTP; with the path that is usual where it has none.
    private static func url(_ text: String, path: String) -> String? {
        guard let rest = text.behind("https://") ?? text.behind("http://"), let first = rest.first,
            first != "/", text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return rest.contains("/") ? text : text + path
    }

    /// `host`, `host:port` or `[address]:port`.
    private static func peer(_ text: String, port: UInt16) -> Peer? {
        var (host, rest) = (text[...], text[text.endIndex...])
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            (host, rest) = (text[..<end].dropFirst(), text[end...].dropFirst())
        } else if let colon = text.firstIndex(of: ":") {
            (host, rest) = (text[..<colon], text[colon...])
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") })
        else { return nil }
        guard let colon = rest.first else { return Peer(host: String(host), port: port) }
        guard colon == ":", let number = UInt16(rest.dropFirst()), number > 0 else { return nil }
        return Peer(host: String(host), port: number)
    }

    /// Whether what is sent there can be read on the way. What stays on this host cannot, and UDP and TCP have no secrets in them.
    package var showsSecrets: Bool {
        let url: String
        switch kind {
        case .lines(let text), .splunk(let text), .openTelemetry(let text): url = text
        default: return false
        }
        guard let rest = url.behind("http://") else { return false }
        return !["127.0.0.1", "[::1]", "localhost"].contains { name in
            rest.behind(name)?.first.map { $0 == ":" || $0 == "/" } == true
        }
    }
}

extension FarEndPlace {
    /// How a far end is reached, as far as that does not stand in its place.
    package struct Settings {
        /// This host's name, as syslog and Splunk are told it.
        package var host: String
        /// Of this program.
        package var version: String
        /// A PEM file of the only authorities to trust; nil for the system's.
        package var authorities: String?
        /// PEM files of our certificate with its chain, and of its key, for syslog over TLS; nil where none is asked for.
        package var certificate: (chain: String, key: String)?
        /// The most bytes of a message of syslog.
        package var longestMessage: Int
        /// A file gets another name before it has more bytes than these.
        package var rotationBytes: Int
        /// And when so many seconds are over, counted from 1970 on.
        package var rotationSeconds: Int64
        /// The secret that HTTP is sent with, read for each batch; nil where there is none.
        package var credential: () throws(ForwardFault) -> String?

        /// Settings of what has no default.
        package init(
            host: String, version: String, longestMessage: Int, rotation: (bytes: Int, seconds: Int64),
            credential: @escaping () throws(ForwardFault) -> String?
        ) {
            (self.host, self.version, self.longestMessage) = (host, version, longestMessage)
            (rotationBytes, rotationSeconds) = (rotation.bytes, rotation.seconds)
            self.credential = credential
        }
    }

    /// The far end at this place. Opens nothing yet.
    package func farEnd(_ settings: Settings, now: @escaping () -> Timestamp) -> any FarEnd {
        switch kind {
        case .file(let path):
            return FileEnd(
                path, .init(bytes: settings.rotationBytes, seconds: settings.rotationSeconds), now: now)
        case .syslogTLS(let peer):
            let security = TLSSettings(authorities: settings.authorities, certificate: settings.certificate)
            return stream(peer, security, settings)
        case .syslogTCP(let peer): return stream(peer, nil, settings)
        case .syslogUDP(let peer):
            return SyslogDatagramEnd(peer, longest: settings.longestMessage, host: settings.host)
        case .lines(let url): return server(url, .lines, settings)
        case .splunk(let url): return server(url, .splunk(host: settings.host), settings)
        case .openTelemetry(let url): return server(url, .openTelemetry(version: settings.version), settings)
        }
    }

    private func stream(_ peer: Peer, _ security: TLSSettings?, _ settings: Settings) -> SyslogStreamEnd {
        SyslogStreamEnd(peer, security, longest: settings.longestMessage, host: settings.host)
    }

    private func server(_ url: String, _ dialect: HTTPDialect, _ settings: Settings) -> HTTPEnd {
        var configuration = HTTPClient.Configuration()
        configuration.caFile = settings.authorities
        configuration.maximumBodyBytes = 1 << 20
        configuration.maximumIdleHandles = 1
        return HTTPEnd(url, dialect, configuration, credential: settings.credential)
    }
}

extension String {
    fileprivate func behind(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
