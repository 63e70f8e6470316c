import Files
import ArgumentParser
import Foundation

/// `--url` and what belongs to it, for commands that can ask a server in place of the store.
struct ServerOption: ParsableArguments {
    /// The variable that holds the key where no file does.
    static let keyVariable = "AUDIT_QUERY_KEY"

    @Option(
        help: ArgumentHelp(
            "Ask this server, such as https://audit.example.com, and not the store. (default: the configured store)",
            valueName: "url"))
    var url: String?

    @Option(
        help: ArgumentHelp(
            "The file with the server's API key, alone. (default: the key in $\(keyVariable))",
            valueName: "file"),
        completion: .file())
    var keyFile: String?

    @Option(
        help: ArgumentHelp(
            "PEM certificates of the authorities to trust for the server. (default: the system's)",
            valueName: "file"),
        completion: .file(extensions: ["pem", "crt"]))
    var caFile: String?

    func validate() throws {
        guard url == nil else { return }
        for (option, value) in [("--key-file", keyFile), ("--ca-file", caFile)] where value != nil {
            throw ValidationError("\(option) is for a server: give its --url too")
        }
    }

    /// The server; nil when the store is to be asked.
    func server() throws -> RemoteServer? { try Self.server(url, keyFile: keyFile, caFile: caFile) }

    /// The same of other options.
    static func server(_ url: String?, keyFile: String?, caFile: String?) throws -> RemoteServer? {
        guard let url else { return nil }
        let address = try ServerAddress(url)
        if let caFile { try checkAuthorities(caFile) }
        let (key, origin) = try key(keyFile)
        return RemoteServer(address, key: key, keyOrigin: origin, caFile: caFile)
    }

    private static func key(_ keyFile: String?) throws -> (key: String, origin: String) {
        if let keyFile {
            if let mode = fileMode(keyFile), mode & 0o007 != 0 {
                Console.error(
                    "audit-query: warning: \(keyFile.printable) may be read by everybody on this host: chmod 600"
                )
            }
            return (
                try checked(key: try textFile(keyFile), origin: keyFile.printable), keyFile.printable
            )
        }
        guard let key = ProcessInfo.processInfo.environment[Self.keyVariable], !key.isEmpty else {
            throw ExitStatus.usage.exit(
                "--url needs an API key: give --key-file, or set \(Self.keyVariable). Arguments are seen by everybody on "
                    + "this host, so there is no option for the key itself")
        }
        return (try checked(key: key, origin: Self.keyVariable), Self.keyVariable)
    }

    private static func checked(key text: String, origin: String) throws(ServerError) -> String {
        let key = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !key.isEmpty, key.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }) else {
            throw ServerError("\(origin): holds no API key: one word, and nothing else", .badInput)
        }
        return key
    }

    private static func checkAuthorities(_ path: String) throws {
        guard try textFile(path).contains("-----BEGIN CERTIFICATE-----") else {
            throw ServerError("\(path.printable): holds no certificate in PEM's form", .badInput)
        }
    }
}
