/// Credentials in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
struct EnvironmentCredentials {
    let variables: Variables

    func lookUp() throws(CredentialError) -> CredentialLookup {
        switch (variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"]) {
        case (let id?, let secret?):
            return .found(
                Credentials(
                    accessKeyID: id, secretAccessKey: secret, sessionToken: variables["AWS_SESSION_TOKEN"]))
        case (nil, nil): return .absent("AWS_ACCESS_KEY_ID is not set")
        case (_?, nil):
            throw CredentialError(
                "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY: set both or neither")
        case (nil, _?):
            throw CredentialError(
                "AWS_SECRET_ACCESS_KEY is set without AWS_ACCESS_KEY_ID: set both or neither")
        }
    }
}
