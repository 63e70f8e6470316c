import Glibc

/// The certificate of the server that is set up, and how it is asked for.
struct ServerCertificate {
    /// The chain, PEM, and its private key.
    let chain: String
    let key: String
    /// A name that it is for.
    let name: String
    /// What a client is to trust, if it does not trust it anyway.
    let authority: String?

    /// The one for trial in a folder.
    init(trialIn folder: String) {
        chain = "\(folder)/server.pem"
        key = "\(folder)/server-key.pem"
        name = "127.0.0.1"
        authority = "\(folder)/ca.pem"
    }

    /// One of the operator's own.
    ///
    /// - Throws: when the files do not belong together, or are not there.
    init(chain: String, key: String, host: Host) throws(HostError) {
        self.chain = try Self.place(of: chain, "--certificate")
        self.key = try Self.place(of: key, "--certificate-key")
        guard openssl(host, ["x509", "-in", self.chain, "-noout", "-checkend", "0"]) != nil else {
            throw HostError(
                "\(self.chain) is no certificate, or has expired: openssl x509 -in \(self.chain) -noout -text",
                .usage)
        }
        let own = openssl(host, ["x509", "-in", self.chain, "-noout", "-pubkey"])
        guard let own, own == openssl(host, ["pkey", "-in", self.key, "-pubout"]) else {
            throw HostError("\(self.key) is not the key of \(self.chain)", .usage)
        }
        let names = openssl(host, ["x509", "-in", self.chain, "-noout", "-ext", "subjectAltName"]) ?? ""
        name = Self.name(names)
        authority = nil
    }

    /// A host in `DNS:audit.example.com, IP Address:10.0.0.1`, as openssl shows names. A wildcard stands for one label.
    static func name(_ names: String) -> String {
        let words = names.split { $0 == "," || $0.isWhitespace }
        guard let first = words.first(where: { $0.hasPrefix("DNS:") }) else { return "localhost" }
        let name = first.dropFirst("DNS:".count)
        return name.hasPrefix("*") ? "audit-query\(name.dropFirst())" : String(name)
    }

    private static func place(of path: String, _ option: String) throws(HostError) -> String {
        guard let place = realpath(path, nil) else {
            throw HostError("\(option): \(path.printable): there is no such file", .usage)
        }
        defer { free(place) }
        return String(cString: place)
    }
}

/// What openssl prints; nil when it refuses.
private func openssl(_ host: Host, _ arguments: [String]) -> String? {
    let outcome = host.run(ToolCall(program: "openssl", arguments: arguments))
    return outcome.status == 0 ? outcome.output : nil
}
