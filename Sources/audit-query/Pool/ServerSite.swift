import Files
import Foundation
import Glibc

/// nginx's site for the pool.
struct ServerSite {
    let host: Host
    let services: ServiceManager

    private static let path = "/etc/nginx/sites-available/audit-query"
    private static let link = "/etc/nginx/sites-enabled/audit-query"
    private static let linkTarget = "../sites-available/audit-query"
    private static let mark = "# Written by audit-query pool"
    private static let unit = "nginx.service"

    /// Whether a site stands at a place and was written by nobody else, or none stands there.
    private var isOurs: Bool {
        guard host.has(Self.path) else { return true }
        let text = (try? textFile(host.path(Self.path))) ?? ""
        return text.split(separator: "\n").contains { $0.hasPrefix(Self.mark) }
    }

    /// Whether nginx serves it, or would if it ran.
    var isEnabled: Bool { host.has(Self.link) }

    /// The site for these settings, of the templates.
    ///
    /// - Throws: also when another one is in its place, and is not to be replaced.
    func text(_ settings: PoolSettings, replacing: Bool) throws(HostError) -> String {
        guard replacing || isOurs else {
            throw HostError(
                "\(host.path(Self.path)) is there and not from here: move it away, or give --replace-site; "
                    + "nothing has changed")
        }
        var template = Array(host.path("/run/audit-query-pool.XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw .system(host.path("/run")) }
        let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try host.output(host.script("nginx/render"), options(settings, output: folder))
        return try heading + host.text(at: "\(folder)/audit-query.conf")
    }

    private func options(_ settings: PoolSettings, output: String) -> [String] {
        let configuration = host.path("/etc/audit-query")
        let sockets = (1...(settings.workers ?? 1)).flatMap {
            ["--socket", host.path("\(StatusCommand.defaultDirectory)/\($0).sock")]
        }
        return [
            "--output", output, "--certificate", settings.certificate, "--certificate-key",
            settings.certificateKey,
            "--allowed-origins", "\(configuration)/allowed-origins.map",
            "--trace-sources", "\(configuration)/trace-sources.geo",
            "--console-switch", "\(configuration)/console.map", "--access-log", "journal:audit-query",
        ] + sockets + settings.listen.flatMap { ["--listen", $0] }
    }

    private var heading: String {
        let first =
            "\(Self.mark): change \(PoolSettings.path) with that, the rest is in \(Host.library)/nginx.\n"
        // The site has more variables than nginx's default table is made for.
        return setsTableSize ? first : first + "variables_hash_max_size 2048;\n"
    }

    private var setsTableSize: Bool {
        let folder = host.path("/etc/nginx/conf.d")
        let others = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        return ([host.path("/etc/nginx/nginx.conf")] + others.map { "\(folder)/\($0)" }).contains {
            (try? textFile($0))?.contains("variables_hash_max_size") ?? false
        }
    }

    /// Puts a site into nginx. Its old processes finish what they have: only then nobody uses the sockets that are gone from
    /// the list, or, on the way back, those that were new.
    func step(_ text: String) -> Step {
        let file = ReplacedFile(host.path(Self.path))
        let wasEnabled = isEnabled
        var isTaken = false
        return Step(name: "make nginx serve the pool") { () throws(HostError) in
            try file.write(text)
            if !wasEnabled { try enable() }
            try test()
            isTaken = true
            try reload()
        } takeBack: { () throws(HostError) in
            try file.takeBack()
            if !wasEnabled { try disable() }
            if isTaken { try reload() }
        } settle: {
            file.settle()
        }
    }

    /// Takes it out of nginx, which goes on with its other sites.
    func takeOut() throws(HostError) {
        guard isEnabled, isOurs else { return }
        try disable()
        if services.isActive(Self.unit) { try services.reloadOrRestart(Self.unit) }
    }

    private func enable() throws(HostError) {
        let link = host.path(Self.link)
        guard symlink(Self.linkTarget, link) == 0 else { throw .system(link) }
    }

    private func disable() throws(HostError) {
        let link = host.path(Self.link)
        guard unlink(link) == 0 || errno == ENOENT else { throw .system(link) }
    }

    /// Throws what nginx refuses.
    func test() throws(HostError) {
        // Another root's nginx has everything of its own.
        let other = ["-c", host.path("/etc/nginx/nginx.conf"), "-e", "stderr"]
        let call = ToolCall(program: "nginx", arguments: ["-t", "-q"] + (host.root.isEmpty ? [] : other))
        let outcome = host.run(call)
        guard outcome.status != 0 else { return }
        let isTaken = ["duplicate default server", "conflicting"].contains(where: outcome.error.contains)
        let advice =
            isTaken
            ? ". Another site has that address: give another one with --listen, or take that site away" : ""
        throw HostError("nginx refuses its configuration: \(outcome.complaint)\(advice)")
    }

    private func reload() throws(HostError) {
        let old = processes
        try services.reloadOrRestart(Self.unit)
        // 65 s is what the site gives a request at most.
        for _ in 0..<700 where old.contains(where: isAlive) { host.pause(.milliseconds(100)) }
    }

    /// nginx's processes that serve. Those that are shutting down already are somebody else's reload.
    private var processes: [String] {
        let master = services.property("MainPID", of: Self.unit)
        guard let number = Int(master), number > 0 else { return [] }
        let call = ToolCall(program: "pgrep", arguments: ["--parent", master])
        return host.run(call).output.split(separator: "\n").map(String.init)
    }

    private func isAlive(_ process: String) -> Bool { access("/proc/\(process)", F_OK) == 0 }
}
