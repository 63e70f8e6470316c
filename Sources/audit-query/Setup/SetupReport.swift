/// What `setup` says at its end, after it has looked whether all is well.
struct SetupReport {
    let host: Host
    let keyName: String

    /// Throws when something is wrong. The key is told all the same: it is nowhere else.
    func tell(_ outcome: Setup.Outcome, variables: [String: String]) throws {
        let result = Result { try tellState(outcome, variables) }
        try tell(key: outcome.key)
        try result.get()
    }

    private func tellState(_ outcome: Setup.Outcome, _ variables: [String: String]) throws {
        let report = Installation(
            path: host.path(Settings.defaultPath), environment: variables, host: host
        ).report()
        for finding in report.findings { say(finding.line(coloured: false)) }
        guard report.ok else { throw HostError("something is wrong: see above, and docs/operations.md") }
        let certificate = outcome.certificate
        let answer = answer(outcome)
        let base = "https://\(certificate.name)\(outcome.site.port == "443" ? "" : ":\(outcome.site.port)")"
        guard Self.isReady(answer) else {
            throw HostError("\(base)/readyz does not say that all is well: \(answer.printable)")
        }
        let trust = certificate.authority.map { "--cacert \($0) " } ?? ""
        say(
            """

            It serves. Try:

            curl \(trust)-H "X-Api-Key: $API_KEY" '\(base)/v1/records?userId=alice@example.com&limit=3'

            """)
    }

    /// nginx and workers have just started.
    private func answer(_ outcome: Setup.Outcome) -> String {
        let certificate = outcome.certificate
        var answer = ""
        for _ in 0..<50 {
            answer = outcome.site.get(
                "/readyz", of: certificate.name, trusting: certificate.authority ?? certificate.chain)
            guard !Self.isReady(answer) else { return answer }
            host.pause(.milliseconds(100))
        }
        return answer
    }

    private static func isReady(_ answer: String) -> Bool {
        answer.contains("\"ready\"") || answer.contains("\"status\":\"ok\"")
    }

    private func tell(key: FirstKey) throws(HostError) {
        if let secret = key.secret {
            say(
                "The first key (\(keyName)), which is shown now and never again (audit-query keys --help has more):"
            )
            do throws(OutputError) {
                try Console.output(secret)
            } catch {
                try key.takeBack()
                throw HostError(
                    "\(error.reason): the first key could not be shown, and is taken back; all else is set up. "
                        + "Make one with `audit-query keys create`", .outputLost)
            }
        } else {
            say("There are keys already; another one: API_KEY=$(audit-query keys create --name me)")
        }
    }

    private func say(_ text: String) { Console.error(text) }
}
