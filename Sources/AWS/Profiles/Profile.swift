internal import HTTPClient

/// The settings of one profile.
struct Profile: Sendable {
    let name: String
    let settings: [String: Setting]

    /// The text of a setting; nil when there is none or it is empty.
    subscript(name: String) -> String? {
        settings[name].flatMap { $0.text.isEmpty ? nil : $0.text }
    }
}

extension Profile {
    /// The keys in it; nil when it has none.
    func keys() throws(CredentialError) -> Credentials? {
        let id = self["aws_access_key_id"]
        let secret = self["aws_secret_access_key"]
        if id == nil, secret == nil { return nil }
        guard let id, let secret else {
            throw fault("has only one of aws_access_key_id and aws_secret_access_key: set both or neither")
        }
        return Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: self["aws_session_token"])
    }

    /// The role that it takes on; nil when it has none.
    func role() throws(CredentialError) -> Role? {
        guard let arn = self["role_arn"] else {
            guard self["web_identity_token_file"] == nil else {
                throw fault("has a web_identity_token_file without role_arn: add the role to assume")
            }
            return nil
        }
        guard self["mfa_serial"] == nil else {
            throw fault("has mfa_serial: a service cannot enter codes, so use a role without it")
        }
        var role = Role(arn: arn, sessionName: self["role_session_name"], externalID: self["external_id"])
        guard let text = self["duration_seconds"] else { return role }
        guard let seconds = Int(text), (900...43_200).contains(seconds) else {
            throw fault("has a duration_seconds that is no number from 900 to 43200")
        }
        role.seconds = seconds
        return role
    }

    func fault(_ what: String) -> CredentialError {
        CredentialError("the profile \(name) \(what)")
    }
}

/// The value of one setting in a shared file. It may be a secret.
struct Setting: Sendable, Equatable {
    var text: String
    /// The settings below one without a text of its own, such as `endpoint_url` below `dynamodb =`.
    var nested: [String: String] = [:]
}

extension Setting: Redacted {
    var description: String { "a setting" }
}
