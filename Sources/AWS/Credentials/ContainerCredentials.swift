internal import HTTPClient

/// The credentials that ECS and EKS serve to a container
/// (docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html).
struct ContainerCredentials {
    private static let limit = Duration.seconds(2)

    private let variables: Variables
    private let service: MetadataService
    private let relativeBase: String

    /// A provider that asks ECS's address for what `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` names.
    init(
        _ variables: Variables, http: HTTPClient, timing: ServiceTiming = ServiceTiming(),
        relativeBase: String = "http://169.254.170.2"
    ) {
        self.variables = variables
        service = MetadataService(http: http, timing: timing, limit: Self.limit)
        self.relativeBase = relativeBase
    }

    func lookUp(deadline: ContinuousClock.Instant) throws(CredentialError) -> CredentialLookup {
        guard let (url, name) = try address() else {
            return .absent(
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and AWS_CONTAINER_CREDENTIALS_FULL_URI are not set")
        }
        let token = try token()
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try service.perform(
                HTTPRequest(
                    url: url, headers: token.map { ["Authorization": $0] } ?? [:], deadline: deadline),
                deadline: deadline)
        } catch {
            throw CredentialError("\(name): \(error)")
        }
        let document = CredentialDocument(response.body)
        guard response.status == 200, document?.refusal == nil else {
            let refusal = document?.refusal.map { ": \($0)" } ?? ""
            throw CredentialError(
                "\(name): HTTP status \(response.status)\(refusal)", secrets: token.map { [$0] } ?? [])
        }
        guard let credentials = document?.credentials(mustEnd: true) else {
            throw CredentialError(
                "\(name): the answer is not JSON of AccessKeyId, SecretAccessKey and Expiration")
        }
        return .found(credentials)
    }

    private func address() throws(CredentialError) -> (url: String, name: String)? {
        let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
        if let path = variables[relative] {
            guard path.hasPrefix("/") else { throw CredentialError("\(relative) must begin with /") }
            return (relativeBase + path, relative)
        }
        let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
        guard let url = variables[full] else { return nil }
        guard MetadataHost.isAllowed(url) else {
            throw CredentialError(
                """
                \(full) must be https, or http to localhost, a loopback address, 169.254.170.2, \
                169.254.170.23 or [fd00:ec2::23]: others could read or forge the credentials
                """)
        }
        return (url, full)
    }

    /// The file goes before the variable, since a token that is replaced every so often comes in one.
    private func token() throws(CredentialError) -> String? {
        let name = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
        if let file = variables[name] { return try TokenFile.token(file, place: name) }
        return variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
    }
}
