/// The credentials that a command prints
/// (docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html), such as aws_signing_helper of
/// IAM Roles Anywhere.
struct ProcessCredentials {
    private static let limit = 64 * 1024

    let command: String
    let profile: String
    let environment: [String: String]

    func credentials(deadline: ContinuousClock.Instant) throws(CredentialError) -> Credentials {
        guard let words = CommandWords.split(command), !words.isEmpty else {
            throw fault("it is empty, or a quotation in it does not end")
        }
        let output: [UInt8]
        do throws(ChildProcess.Failure) {
            output = try ChildProcess.output(
                of: words, environment: environment, limit: Self.limit, deadline: deadline)
        } catch {
            throw fault("\(error.reason): run it by hand to see what it says")
        }
        guard let document = CredentialDocument(output), document.isVersion1 else {
            throw fault("it does not print a JSON object of \"Version\": 1")
        }
        guard let credentials = document.credentials(mustEnd: false) else {
            throw fault(
                "it prints no AccessKeyId and SecretAccessKey, or an Expiration that is not ISO 8601")
        }
        return credentials
    }

    /// Never repeats the command, whose words may be secrets.
    private func fault(_ what: String) -> CredentialError {
        CredentialError("credential_process of the profile \(profile): \(what)")
    }
}
