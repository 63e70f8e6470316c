/// What to sign a request with: AWS's Signature Version 4, made by libcurl.
///
/// The signed headers are the request's own, `host` and `x-amz-date`. A request with a body needs a
/// `Content-Type`. libcurl 7.88 signs path and query as they are written: they must be in canonical
/// form (parameters sorted and encoded), which `POST /` always is. An `X-Amz-Date` among the request's
/// headers is taken as the time, but libcurl before 8.4 then sends it twice (curl issue 11738), which
/// AWS may refuse: for tests. Costs 25 to 85 µs. Printed or dumped, a signature shows only region,
/// service and the access key's id.
public struct AWSSignature: Sendable, Hashable {
    /// The region, such as `eu-west-1`.
    public var region: String

    /// The service's signing name, such as `dynamodb`.
    public var service: String

    /// The access key's id.
    public var accessKeyID: String

    /// The secret.
    public var secretAccessKey: String

    /// The token of temporary credentials, sent and signed as `X-Amz-Security-Token`.
    public var sessionToken: String?

    /// Makes a signature.
    ///
    /// - Parameters:
    ///   - region: The region, such as `eu-west-1`.
    ///   - service: The service's signing name, such as `dynamodb`.
    ///   - accessKeyID: The access key's id.
    ///   - secretAccessKey: The secret.
    ///   - sessionToken: The token of temporary credentials.
    public init(
        region: String,
        service: String,
        accessKeyID: String,
        secretAccessKey: String,
        sessionToken: String? = nil
    ) {
        self.region = region
        self.service = service
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }

    /// libcurl's notation of the provider, the region and the service.
    var scope: String { "aws:amz:\(region):\(service)" }
}

extension AWSSignature: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Region, service and the access key's id.
    public var description: String { "\(accessKeyID) for \(service) in \(region)" }

    /// The same as `description`.
    public var debugDescription: String { description }

    /// Shows what `description` shows, so that a dump gives no secret away.
    public var customMirror: Mirror { Mirror(self, children: ["signature": description]) }
}
