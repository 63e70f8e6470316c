internal import struct FoundationEssentials.Date
internal import HTTPClient

/// STS, which gives the temporary credentials of a role
/// (docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
struct SecurityTokenService {
    let context: CredentialContext

    /// Assumes a role as whoever the credentials are.
    func assume(
        _ role: Role, with credentials: Credentials, deadline: ContinuousClock.Instant
    ) throws(AWSError) -> Credentials {
        var fields = fields(role)
        if let id = role.externalID { fields.append(("ExternalId", id)) }
        return try call("AssumeRole", fields, CredentialSource(credentials), deadline)
    }

    /// Assumes a role as whom the token names. The call is not signed: the token is the proof.
    func assume(
        _ role: Role, webIdentityToken: String, deadline: ContinuousClock.Instant
    ) throws(AWSError) -> Credentials {
        let fields = fields(role) + [("WebIdentityToken", webIdentityToken)]
        return try call("AssumeRoleWithWebIdentity", fields, nil, deadline)
    }

    private func fields(_ role: Role) -> [(String, String)] {
        let seconds = Int(context.timing.wall().timeIntervalSince1970)
        var fields = [
            ("RoleArn", role.arn), ("RoleSessionName", role.sessionName ?? "audit-query-\(seconds)"),
        ]
        if let seconds = role.seconds { fields.append(("DurationSeconds", "\(seconds)")) }
        return fields
    }

    private func call(
        _ operation: String, _ fields: [(String, String)], _ credentials: CredentialSource?,
        _ deadline: ContinuousClock.Instant
    ) throws(AWSError) -> Credentials {
        let place: Endpoint
        do throws(AWSEnvironmentError) {
            place = try endpoint()
        } catch {
            throw AWSError(.invalid, error.description, operation: operation)
        }
        let service = ServiceClient(
            service: "sts", endpoints: [place], credentials: credentials,
            http: context.http, timing: context.timing.service, log: context.log)
        let request = ServiceRequest(
            operation: operation, headers: ["Content-Type": "application/x-www-form-urlencoded"],
            body: FormText.bytes([("Action", operation), ("Version", "2011-06-15")] + fields))
        let answer = try service.perform(request, deadline: deadline)
        guard let credentials = Self.credentials(String(decoding: answer.body, as: UTF8.self)) else {
            throw AWSError(.server, "the answer holds no credentials", operation: operation)
        }
        return credentials
    }

    /// The region's own, or without a region the one that all regions had at first.
    func endpoint() throws(AWSEnvironmentError) -> Endpoint {
        let environment = context.environment
        let hasOwnURL = try environment.configuredURL("sts") != nil
        let isGlobal = environment.region == nil && environment.variant == .usual && !hasOwnURL
        if isGlobal, let endpoint = Endpoint(region: "us-east-1", url: "https://sts.amazonaws.com") {
            return endpoint
        }
        return try environment.endpoint(serviceID: "sts", region: environment.region ?? "us-east-1")
    }

    private static func credentials(_ text: String) -> Credentials? {
        let answer = XMLText(text)
        guard let id = answer.content(of: "AccessKeyId"), let secret = answer.content(of: "SecretAccessKey"),
            let token = answer.content(of: "SessionToken"),
            let end = answer.content(of: "Expiration").flatMap(ExpirationText.date)
        else { return nil }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: token, expiration: end)
    }
}

/// A role to assume.
struct Role: Sendable {
    let arn: String
    /// How the session is called in CloudTrail; nil for a name of this program's.
    var sessionName: String?
    var externalID: String?
    /// How long the credentials live; nil for STS's hour.
    var seconds: Int?
}
