/// A role that is assumed with the token of another identity provider, such as that of a Kubernetes service
/// account: `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN` and `AWS_ROLE_SESSION_NAME`.
struct WebIdentityCredentials {
    let variables: Variables
    let context: CredentialContext

    func lookUp(deadline: ContinuousClock.Instant) throws(CredentialError) -> CredentialLookup {
        guard let file = variables["AWS_WEB_IDENTITY_TOKEN_FILE"] else {
            return .absent("AWS_WEB_IDENTITY_TOKEN_FILE is not set")
        }
        guard let arn = variables["AWS_ROLE_ARN"] else {
            throw CredentialError(
                "AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN: set it to the role to assume")
        }
        let role = Role(arn: arn, sessionName: variables["AWS_ROLE_SESSION_NAME"])
        return .found(
            try Self.credentials(
                role, tokenFile: file, place: "AWS_WEB_IDENTITY_TOKEN_FILE", context, deadline: deadline))
    }

    /// Assumes a role with the token that the file holds now: it is replaced every so often.
    static func credentials(
        _ role: Role, tokenFile: String, place: String, _ context: CredentialContext,
        deadline: ContinuousClock.Instant
    ) throws(CredentialError) -> Credentials {
        let token = try TokenFile.token(tokenFile, place: place)
        do throws(AWSError) {
            return try SecurityTokenService(context: context).assume(
                role, webIdentityToken: token, deadline: deadline)
        } catch {
            throw CredentialError(
                "\(place) (\(tokenFile)), role \(role.arn): \(error.description)", secrets: [token])
        }
    }
}
