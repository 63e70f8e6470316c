import Files

/// What `audit-query pool` was told: kept in a file, so that what is not given stays as it was.
struct PoolSettings: Equatable {
    /// From 1 to 99; nil when it was never said.
    var workers: Int?
    /// What a worker may use at most, as systemd reads it.
    var memory = "576M"
    /// The server's certificate chain; empty without nginx.
    var certificate = ""
    var certificateKey = ""
    /// As nginx's listen.
    var listen = ["443", "[::]:443"]

    static let path = "/etc/audit-query/pool.conf"
    static let counts = 1...99

    /// The settings in the lines of such a file. What is unknown there is passed over: it may be of a later version.
    init(text: String = "") {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
                String.init)
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "workers": workers = Int(parts[1])
            case "memory": memory = parts[1]
            case "certificate": certificate = parts[1]
            case "certificate-key": certificateKey = parts[1]
            case "listen": listen = parts[1].split(separator: " ").map(String.init)
            default: break
            }
        }
    }

    /// The settings of a host; nil when there are none yet.
    static func read(_ host: Host) throws(HostError) -> PoolSettings? {
        do throws(FileError) {
            return PoolSettings(text: try textFile(host.path(path)))
        } catch {
            if error.isMissing { return nil }
            throw HostError(error.description, error.cause == .refused ? .notPermitted : .badConfiguration)
        }
    }

    /// The content of the file.
    var text: String {
        """
        # Written by audit-query pool: change it with that.
        workers=\(workers.map(String.init) ?? "")
        memory=\(memory)
        certificate=\(certificate)
        certificate-key=\(certificateKey)
        listen=\(listen.joined(separator: " "))

        """
    }

    /// The drop-in of the workers' units.
    var memoryDropIn: String {
        """
        # Written by audit-query pool --memory.
        [Service]
        MemoryMax=\(memory)

        """
    }

    /// What is wrong with them; nil when nothing is.
    var fault: String? {
        if let workers, !Self.counts.contains(workers) {
            return "the number of workers must be from 1 to 99, and is \(workers)"
        }
        if !Self.isMemory(memory) { return "--memory must be from 256M to 1G, and is \(memory.printable)" }
        if certificate.isEmpty != certificateKey.isEmpty {
            return "--certificate and --certificate-key belong together"
        }
        return listen.isEmpty ? "--listen needs an address" : nil
    }

    /// `2 workers, of 576M at most, behind nginx on 443`
    func summary(workers count: Int) -> String {
        let site = certificate.isEmpty ? "" : ", behind nginx on \(listen.joined(separator: " "))"
        return "\(count) \(count == 1 ? "worker" : "workers"), of \(memory) at most\(site)"
    }

    private static func isMemory(_ text: String) -> Bool {
        guard text != "1G" else { return true }
        guard text.hasSuffix("M"), let size = Int(text.dropLast()), !text.hasPrefix("0"), !text.hasPrefix("+")
        else {
            return false
        }
        return (256...1024).contains(size)
    }
}
