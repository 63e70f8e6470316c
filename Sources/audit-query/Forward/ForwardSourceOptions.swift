import ArgumentParser

/// The server that `audit-query forward` reads, in place of the store.
struct ForwardSourceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Forward what comes to this server, such as https://audit.example.com, and not what comes into the store. (default: the "
                + "configured store)", valueName: "url"))
    var url: String?

    @Option(
        help: ArgumentHelp(
            "The file with the server's API key, alone; without --url it is not read. (default: the key in $\(ServerOption.keyVariable))",
            valueName: "file"),
        completion: .file())
    var keyFile: String?

    @Option(
        help: ArgumentHelp(
            "PEM certificates of the authorities to trust for --url. (default: the system's)",
            valueName: "file"),
        completion: .file(extensions: ["pem", "crt"]))
    var urlCaFile: String?

    func validate() throws {
        guard url == nil, urlCaFile != nil else { return }
        throw ValidationError("--url-ca-file is for a server: give its --url too")
    }

    /// The server; nil when the store is to be read.
    func server() throws -> RemoteServer? {
        try ServerOption.server(url, keyFile: keyFile, caFile: urlCaFile)
    }
}
