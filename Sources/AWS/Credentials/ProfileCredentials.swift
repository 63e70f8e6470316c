/// The credentials of the profile that is used, in whatever way it gives them, and of those that it refers to
/// (docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html).
struct ProfileCredentials {
    private let files: SharedFiles
    private let chain: CredentialChain
    private let deadline: ContinuousClock.Instant

    /// Reads the shared files.
    init(_ chain: CredentialChain, deadline: ContinuousClock.Instant) throws(CredentialError) {
        files = try Self.read { () throws(AWSEnvironmentError) in try SharedFiles(chain.variables) }
        self.chain = chain
        self.deadline = deadline
    }

    func lookUp() throws(CredentialError) -> CredentialLookup {
        let profile = try Self.read { () throws(AWSEnvironmentError) in try files.chosenProfile() }
        guard let profile else { return .absent("no profile \(files.profileName) in \(files.places)") }
        return try credentials(of: profile, passed: []).map(CredentialLookup.found)
            ?? .absent("the profile \(profile.name) in \(files.places) names no credentials")
    }

    /// Nil when the profile names none. `passed` are the profiles on the way here, each the source of the one
    /// before it.
    private func credentials(
        of profile: Profile, passed: [String]
    ) throws(CredentialError) -> Credentials? {
        // A source's own keys go before its role.
        if !passed.isEmpty, let keys = try profile.keys() { return keys }
        guard let role = try profile.role() else { return try plainCredentials(of: profile) }
        if let file = profile["web_identity_token_file"] {
            return try WebIdentityCredentials.credentials(
                role, tokenFile: file, place: "web_identity_token_file of the profile \(profile.name)",
                chain.context, deadline: deadline)
        }
        let base = try baseCredentials(of: profile, passed)
        do throws(AWSError) {
            return try SecurityTokenService(context: chain.context).assume(
                role, with: base, deadline: deadline)
        } catch {
            throw profile.fault("cannot assume the role \(role.arn): \(error)")
        }
    }

    /// Without a role: keys, or a command that prints them.
    private func plainCredentials(of profile: Profile) throws(CredentialError) -> Credentials? {
        if let keys = try profile.keys() { return keys }
        if let command = profile["credential_process"] {
            return try ProcessCredentials(
                command: command, profile: profile.name, environment: chain.variables.all
            ).credentials(deadline: deadline)
        }
        guard profile["sso_session"] == nil, profile["sso_start_url"] == nil else {
            throw profile.fault(
                "signs in through SSO, which a service cannot: give it a role_arn or a credential_process")
        }
        guard profile["login_session"] == nil else {
            throw profile.fault(
                """
                signs in with aws login, which needs a person every 12 hours at most: give it a role_arn or a \
                credential_process
                """)
        }
        return nil
    }

    /// Those that may assume the profile's role.
    private func baseCredentials(
        of profile: Profile, _ passed: [String]
    ) throws(CredentialError) -> Credentials {
        switch (profile["source_profile"], profile["credential_source"]) {
        case (let name?, nil): return try sourceCredentials(name, for: profile, passed)
        case (nil, let source?): return try credentials(from: source, for: profile)
        default:
            throw profile.fault(
                """
                has a role_arn and not just one of source_profile, credential_source and \
                web_identity_token_file: name one that may assume the role
                """)
        }
    }

    private func sourceCredentials(
        _ name: String, for profile: Profile, _ passed: [String]
    ) throws(CredentialError) -> Credentials {
        if name == profile.name {
            if let keys = try profile.keys() { return keys }
            throw profile.fault("is its own source_profile, but has no keys: add them or name another one")
        }
        let way = passed + [profile.name]
        guard !way.contains(name) else {
            let loop = (way + [name]).joined(separator: " → ")
            throw profile.fault("closes a loop of source_profile, \(loop): break it")
        }
        let source = try Self.read { () throws(AWSEnvironmentError) in try files.profile(name) }
        guard let source else {
            throw profile.fault("has the source_profile \(name), which is not in \(files.places)")
        }
        if let found = try credentials(of: source, passed: way) { return found }
        throw profile.fault("has the source_profile \(name), which names no credentials")
    }

    /// What is wrong with the shared files is why there are no credentials.
    private static func read<Value>(
        _ body: () throws(AWSEnvironmentError) -> Value
    ) throws(CredentialError) -> Value {
        do throws(AWSEnvironmentError) {
            return try body()
        } catch {
            throw CredentialError(error.description)
        }
    }

    private func credentials(
        from source: String, for profile: Profile
    ) throws(CredentialError) -> Credentials {
        let providers: [String: CredentialChain.Provider] = [
            "Environment": .environment, "Ec2InstanceMetadata": .instance, "EcsContainer": .container,
        ]
        guard let provider = providers[source] else {
            let known = "Environment, Ec2InstanceMetadata or EcsContainer"
            throw profile.fault("has the credential_source \(source): it may be \(known)")
        }
        switch try chain.lookUp(provider, deadline) {
        case .found(let credentials): return credentials
        case .absent(let reason): throw profile.fault("has the credential_source \(source): \(reason)")
        }
    }
}
