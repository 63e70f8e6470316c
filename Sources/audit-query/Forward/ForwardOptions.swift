import ArgumentParser
import Forwarding
import Foundation
import QueryService
import RecordForms

/// The far end of `audit-query forward`, and how it is reached.
struct ForwardOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "file:PATH, syslog+tls://HOST, syslog+tcp://HOST, syslog+udp://HOST, http(s)://…, splunk+https://HOST:8088 or "
                + "otlp+http://HOST:4318.", valueName: "place"))
    var to: FarEndPlace

    @Option(name: .customLong("as"), help: "json, cef or ocsf. (default: json)") var form: RecordForm = .json

    @Option(
        help: ArgumentHelp(
            "A PEM file of the only authorities to trust. (default: the system's)", valueName: "file"),
        completion: .file())
    var caFile: String?

    @Option(
        help: ArgumentHelp(
            "Our certificate, for syslog over TLS, as PEM. (default: none)", valueName: "file"),
        completion: .file())
    var certificate: String?

    @Option(
        help: ArgumentHelp("The key of --certificate, as PEM. (default: none)", valueName: "file"),
        completion: .file())
    var certificateKey: String?

    @Option(
        help: ArgumentHelp(
            "The file of the token that HTTP is sent with; an empty one is none. It is read for each batch. (default: none)",
            valueName: "file"),
        completion: .file())
    var tokenFile: String?

    @Option(
        help: ArgumentHelp(
            "The most bytes of a message of syslog; a longer one is refused.", valueName: "bytes"))
    var largestMessage = 8192

    @Option(help: ArgumentHelp("Give a file another name before it has more bytes.", valueName: "bytes"))
    var rotateBytes = 1 << 30

    @Option(
        help: ArgumentHelp(
            "Give a file another name when so many seconds are over; 86400 is each midnight of UTC.",
            valueName: "seconds"))
    var rotateSeconds = 86_400

    func validate() throws {
        guard (certificate == nil) == (certificateKey == nil) else {
            throw ValidationError("--certificate and --certificate-key belong together")
        }
        guard (480...65_000).contains(largestMessage) else {
            throw ValidationError("--largest-message: 480 to 65000 bytes")
        }
        guard rotateBytes >= 1 << 20 else { throw ValidationError("--rotate-bytes: at least 1048576") }
        guard rotateSeconds >= 60 else { throw ValidationError("--rotate-seconds: at least 60") }
    }

    /// What is sent to.
    func farEnd() -> any FarEnd {
        let (file, to) = (tokenFile, to)
        var settings = FarEndPlace.Settings(
            host: ProcessInfo.processInfo.hostName, version: AuditQueryCommand.version,
            longestMessage: largestMessage, rotation: (rotateBytes, Int64(rotateSeconds))
        ) { () throws(ForwardFault) in
            guard let file, let token = try ForwardToken.read(file) else { return nil }
            guard !to.showsSecrets else {
                throw ForwardFault(
                    "--token-file: a token is not sent over http:// to another host: use https://")
            }
            return token
        }
        settings.authorities = caFile
        settings.certificate = certificate.flatMap { chain in certificateKey.map { (chain, $0) } }
        return to.farEnd(settings, now: TimeSource.system.wall)
    }
}

extension RecordForm: ExpressibleByArgument {}

extension FarEndPlace: ExpressibleByArgument {
    /// The place that an option names.
    init?(argument: String) { self.init(argument) }
}
