/// What nginx serves at an address of its own, asked over TLS as a client of this machine would.
struct ServedSite {
    let host: Host
    /// Where to connect, `127.0.0.1:443`.
    let address: String

    /// For an address as nginx's `listen` has it: 443, [::]:443, 127.0.0.1:8443, *:443. Whoever listens everywhere is asked on
    /// the loopback.
    init(_ host: Host, listen: String) {
        self.host = host
        let colon = listen.lastIndex(of: ":").flatMap { listen.hasSuffix("]") ? nil : $0 }
        let name = colon.map { String(listen[..<$0]) } ?? (listen.allSatisfy(\.isNumber) ? "*" : listen)
        let port = colon.map { String(listen[listen.index(after: $0)...]) } ?? (name == "*" ? listen : "443")
        let place =
            switch name {
            case "*", "0.0.0.0", "": "127.0.0.1"
            case "[::]": "[::1]"
            default: name
            }
        address = "\(place):\(port)"
    }

    var port: String { address.split(separator: ":").last.map(String.init) ?? "443" }

    /// The certificate that it shows, PEM, whoever it is for; nil when nobody answers there.
    var certificate: String? {
        let outcome = host.run(
            ToolCall(program: "openssl", arguments: ["s_client", "-connect", address], limit: .seconds(10)))
        guard let begin = outcome.output.firstRange(of: "-----BEGIN CERTIFICATE-----"),
            let end = outcome.output.firstRange(of: "-----END CERTIFICATE-----")
        else { return nil }
        return String(outcome.output[begin.lowerBound..<end.upperBound]) + "\n"
    }

    /// The body of an answer from a site with a certificate for this name, which these authorities vouch for; else what openssl
    /// or nginx says.
    func get(_ path: String, of name: String, trusting authorities: String) -> String {
        let isAddress = name.contains(":") || name.allSatisfy { $0.isNumber || $0 == "." }
        let identity =
            isAddress
            ? ["-noservername", "-verify_ip", name] : ["-servername", name, "-verify_hostname", name]
        let request = "GET \(path) HTTP/1.0\r\nHost: \(name)\r\n\r\n"
        let outcome = host.run(
            ToolCall(
                program: "openssl",
                arguments: [
                    "s_client", "-connect", address, "-quiet", "-verify_return_error", "-partial_chain",
                ]
                    + ["-CAfile", authorities] + identity, input: request, limit: .seconds(10)))
        let parts = outcome.output.split(separator: "\r\n\r\n", maxSplits: 1)
        return parts.count == 2 ? String(parts[1]) : outcome.complaint
    }
}
