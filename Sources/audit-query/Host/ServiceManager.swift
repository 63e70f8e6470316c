/// systemd, through systemctl.
struct ServiceManager {
    let host: Host

    /// A worker's stop takes up to 35 s, and several are stopped at once; its start 30 s.
    private static let limit = Duration.seconds(120)

    private func call(_ words: [String]) throws(HostError) {
        try host.output("systemctl", words, within: Self.limit)
    }

    func start(_ units: [String]) throws(HostError) { try call(["start"] + units) }
    func stop(_ units: [String]) throws(HostError) { try call(["stop"] + units) }
    func restart(_ unit: String) throws(HostError) { try call(["restart", unit]) }
    func enable(_ units: [String]) throws(HostError) { try call(["enable", "--quiet"] + units) }
    /// Has units not started at boot; those that run go on.
    func disable(_ units: [String]) throws(HostError) { try call(["disable", "--quiet"] + units) }
    /// The same, and stops them.
    func disableNow(_ units: [String]) throws(HostError) {
        try call(["disable", "--quiet", "--now"] + units)
    }
    /// Reads changed unit files.
    func reloadUnits() throws(HostError) { try call(["daemon-reload"]) }
    func reloadOrRestart(_ unit: String) throws(HostError) { try call(["reload-or-restart", unit]) }

    /// Begins to start units, and does not wait for it.
    func beginStart(_ units: [String]) throws(HostError) { try call(["start", "--no-block"] + units) }

    /// Forgets failures, so that the next start is the first. Units that are not loaded have none.
    func forgetFailures(_ units: [String]) {
        _ = host.run(ToolCall(program: "systemctl", arguments: ["reset-failed"] + units))
    }

    func isActive(_ unit: String) -> Bool { active([unit]) == [unit] }

    /// Those of the units that run.
    func active(_ units: [String]) -> [String] {
        guard !units.isEmpty else { return [] }
        let outcome = host.run(ToolCall(program: "systemctl", arguments: ["is-active"] + units))
        let states = outcome.output.split(separator: "\n")
        return zip(units, states).filter { $1 == "active" || $1 == "reloading" }.map(\.0)
    }

    func isEnabled(_ unit: String) -> Bool {
        host.run(ToolCall(program: "systemctl", arguments: ["is-enabled", "--quiet", unit])).status == 0
    }

    func property(_ name: String, of unit: String) -> String {
        let words = ["show", "--property=\(name)", "--value", unit]
        return String(host.run(ToolCall(program: "systemctl", arguments: words)).output.prefix { $0 != "\n" })
    }
}
