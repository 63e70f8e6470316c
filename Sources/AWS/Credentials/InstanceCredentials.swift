internal import HTTPClient

/// The credentials of an EC2 instance's role, from its metadata service, version 2
/// (docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html).
struct InstanceCredentials {
    private static let path = "/latest/meta-data/iam/security-credentials/"

    private let isDisabled: Bool
    private let base: String
    private let service: MetadataService

    /// Those of a machine whose metadata service takes at most `limit` for each of three requests.
    init(
        _ variables: Variables, http: HTTPClient, timing: ServiceTiming = ServiceTiming(),
        limit: Duration = .seconds(1)
    ) {
        isDisabled = variables.isTrue("AWS_EC2_METADATA_DISABLED")
        let isIPv6 = variables["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.lowercased() == "ipv6"
        let own = isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254"
        let base = variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? own
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
        service = MetadataService(http: http, timing: timing, limit: limit)
    }

    func lookUp(deadline: ContinuousClock.Instant) throws(CredentialError) -> CredentialLookup {
        if isDisabled {
            return .absent("AWS_EC2_METADATA_DISABLED says not to ask for an instance's role")
        }
        let token: String
        switch try sessionToken(deadline) {
        case .success(let found): token = found
        case .failure(let absence): return .absent(absence.reason)
        }
        guard let role = try role(token, deadline) else {
            return .absent("\(base): this EC2 instance has no role: attach an instance profile")
        }
        let response = try get(Self.path + role, token, deadline)
        let document = CredentialDocument(response.body)
        guard response.status == 200, document?.refusal == nil else {
            let refusal = document?.refusal.map { ": \($0)" } ?? ""
            throw fault("role \(role): HTTP status \(response.status)\(refusal)", token)
        }
        guard var credentials = document?.credentials(mustEnd: true) else {
            throw fault("role \(role): the answer is not JSON of credentials that end", token)
        }
        credentials.outlivesExpiration = true
        return .found(credentials)
    }

    private struct Absence: Error {
        let reason: String
    }

    /// The token of a session, which all other requests must show. Where nobody answers, this is no instance.
    private func sessionToken(
        _ deadline: ContinuousClock.Instant
    ) throws(CredentialError) -> Result<String, Absence> {
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try service.perform(
                HTTPRequest(
                    method: "PUT", url: base + "/latest/api/token",
                    headers: ["X-aws-ec2-metadata-token-ttl-seconds": "21600"], deadline: deadline),
                deadline: deadline)
        } catch {
            return .failure(
                Absence(
                    reason: """
                        no EC2 instance metadata at \(base) (\(error.code.rawValue); in a container on EC2, \
                        allow a hop limit of 2)
                        """))
        }
        switch response.status {
        case 200 where !response.body.isEmpty:
            return .success(String(decoding: response.body, as: UTF8.self))
        case 403, 404, 405:
            return .failure(
                Absence(
                    reason: "EC2 instance metadata at \(base) is turned off (HTTP status \(response.status))")
            )
        default: throw fault("no session token: HTTP status \(response.status)")
        }
    }

    /// The name of the instance's role; nil when it has none.
    private func role(_ token: String, _ deadline: ContinuousClock.Instant) throws(CredentialError) -> String?
    {
        let response = try get(Self.path, token, deadline)
        if response.status == 404 { return nil }
        guard response.status == 200 else {
            throw fault("no role's name: HTTP status \(response.status)", token)
        }
        let name = response.body.prefix { $0 > UInt8(ascii: " ") }
        guard !name.isEmpty else { return nil }
        // It goes into a path: the characters that IAM allows in a role's name.
        let allowed = name.allSatisfy { byte in
            (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
                || "0123456789+=,.@_-".utf8.contains(byte)
        }
        guard allowed else { throw fault("what it gives is not a role's name", token) }
        return String(decoding: name, as: UTF8.self)
    }

    private func get(
        _ path: String, _ token: String, _ deadline: ContinuousClock.Instant
    ) throws(CredentialError) -> HTTPResponse {
        do throws(HTTPClientError) {
            return try service.perform(
                HTTPRequest(
                    url: base + path, headers: ["X-aws-ec2-metadata-token": token], deadline: deadline),
                deadline: deadline)
        } catch {
            throw fault("\(error)", token)
        }
    }

    private func fault(_ what: String, _ secrets: String...) -> CredentialError {
        CredentialError("EC2 instance metadata at \(base): \(what)", secrets: secrets)
    }
}
