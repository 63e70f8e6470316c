internal import Cryptography
internal import struct FoundationEssentials.Date
internal import HTTPClient
internal import Synchronization

/// Signs requests to one service in one region: AWS Signature Version 4
/// (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
///
/// Only what the services here need: `POST` without a query. Not libcurl's signer, because that one cannot
/// be told the time, which a skewed clock needs (docs/decisions/0010). A day's key is kept, so signing costs
/// some 5 µs and the digest of the body.
final class RequestSigner: Sendable {
    private struct DayKey {
        let day: String
        let secret: String
        let key: [UInt8]
    }

    private let region: String
    private let service: String
    private let lastKey = Mutex<DayKey?>(nil)

    /// A signer for a region and a service's signing name, such as `dynamodb`.
    init(region: String, service: String) {
        self.region = region
        self.service = service
    }

    /// The request's headers with those that sign it, for a `POST` to a path of `host` (with its port, unless that is
    /// the scheme's own) at the server's time. The path has nothing that would have to be escaped.
    func signed(
        _ headers: HTTPHeaders, body: [UInt8], host: String, path: String = "/", credentials: Credentials,
        at date: Date
    ) throws(CryptographyError) -> HTTPHeaders {
        let time = AmazonDate.text(date)
        let day = String(time.prefix(8))
        var signed = headers
        signed.append(name: "X-Amz-Date", value: time)
        if let token = credentials.sessionToken { signed.append(name: "X-Amz-Security-Token", value: token) }
        var lines = signed.map { ($0.name.lowercased(), $0.value) } + [("host", host)]
        lines.sort { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
        let names = lines.map(\.0).joined(separator: ";")
        let canonical =
            "POST\n\(path)\n\n" + lines.map { "\($0.0):\($0.1)\n" }.joined() + "\n\(names)\n"
            + Digest(of: body).hexadecimal
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n\(Digest(of: canonical.utf8).hexadecimal)"
        let key = try key(secret: credentials.secretAccessKey, day: day)
        let signature = try messageAuthenticationCode(of: Array(text.utf8), key: key).hexadecimal
        signed.append(
            name: "Authorization",
            value: "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), "
                + "SignedHeaders=\(names), Signature=\(signature)")
        return signed
    }

    private func key(secret: String, day: String) throws(CryptographyError) -> [UInt8] {
        if let last = lastKey.withLock({ $0 }), last.day == day, last.secret == secret { return last.key }
        var key = Array("AWS4\(secret)".utf8)
        for part in [day, region, service, "aws4_request"] {
            key = try messageAuthenticationCode(of: Array(part.utf8), key: key)
        }
        let fresh = DayKey(day: day, secret: secret, key: key)
        lastKey.withLock { $0 = fresh }
        return key
    }
}
