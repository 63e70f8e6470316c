/// Finds credentials where AWS's tools look for them, in their order
/// (docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html).
struct CredentialChain: Sendable {
    /// Who is asked, in this order.
    enum Provider: CaseIterable {
        case environment, profile, webIdentity, container, instance
    }

    let variables: Variables
    let context: CredentialContext

    /// The credentials of the first provider that is configured. Files are read anew each time.
    func credentials(deadline: ContinuousClock.Instant) throws(CredentialError) -> Credentials {
        var reasons: [String] = []
        for provider in Provider.allCases {
            switch try lookUp(provider, deadline) {
            case .found(let credentials): return credentials
            case .absent(let reason): reasons.append(reason)
            }
        }
        throw CredentialError(
            "no AWS credentials: \(reasons.joined(separator: "; ")). Set up one of these")
    }

    /// Asks one provider.
    func lookUp(
        _ provider: Provider, _ deadline: ContinuousClock.Instant
    ) throws(CredentialError) -> CredentialLookup {
        switch provider {
        case .environment: try EnvironmentCredentials(variables: variables).lookUp()
        case .profile: try ProfileCredentials(self, deadline: deadline).lookUp()
        case .webIdentity:
            try WebIdentityCredentials(variables: variables, context: context).lookUp(deadline: deadline)
        case .container:
            try ContainerCredentials(variables, http: context.metadata, timing: context.timing.service)
                .lookUp(deadline: deadline)
        case .instance:
            try InstanceCredentials(variables, http: context.metadata, timing: context.timing.service)
                .lookUp(deadline: deadline)
        }
    }
}

/// What a provider of credentials says. One that is configured but broken throws instead.
enum CredentialLookup {
    case found(Credentials)
    /// It is not configured here, for this reason.
    case absent(String)
}

/// Why there are no credentials.
package struct CredentialError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, where, and what to do. Holds no secret.
    package let description: String

    /// An error of its description.
    package init(_ description: String) {
        self.description = description
    }

    /// An error of what a service said, which may have repeated one of the secrets that it was told.
    init(_ description: String, secrets: [String]) {
        self.init(secrets.reduce(description) { $1.isEmpty ? $0 : $0.replacing($1, with: "…") })
    }
}
