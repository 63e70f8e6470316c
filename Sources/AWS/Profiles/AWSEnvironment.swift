package import HTTPClient
package import Logging

/// How AWS is to be used, as environment variables and the shared config files say it
/// (docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html). Printed or dumped, it shows no value.
package struct AWSEnvironment: Sendable {
    private let variables: Variables
    private let files: SharedFiles
    private let profile: Profile?
    /// Which of AWS's own hosts are asked.
    let variant: EndpointVariant

    /// Reads the shared files, once: `AWS_CONFIG_FILE` or `~/.aws/config`, and `AWS_SHARED_CREDENTIALS_FILE` or
    /// `~/.aws/credentials`. They need not exist, but the profile that `AWS_PROFILE` names must. What asks for
    /// endpoints that are not to be had here is an error, and is not passed over.
    package init(_ variables: [String: String]) throws(AWSEnvironmentError) {
        self.variables = Variables(variables)
        files = try SharedFiles(self.variables)
        profile = try files.chosenProfile()
        let settings = EndpointSettings(variables: self.variables, profile: profile)
        variant = try settings.variant()
        try settings.refuseAccountEndpoints()
    }

    /// The region: `AWS_REGION`, `AWS_DEFAULT_REGION`, or the profile's.
    package var region: String? {
        variables["AWS_REGION"] ?? variables["AWS_DEFAULT_REGION"] ?? profile?["region"]
    }

    /// A PEM file of the only roots to trust: `AWS_CA_BUNDLE`, or the profile's `ca_bundle`.
    package var caFile: String? { variables["AWS_CA_BUNDLE"] ?? profile?["ca_bundle"] }

    /// Where a service is asked in a region
    /// (docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html): `AWS_ENDPOINT_URL_` and the
    /// service's id in capitals, `AWS_ENDPOINT_URL`, the same two in the profile, else the region's own.
    ///
    /// A service's id is in lower case with `_` for spaces, such as `dynamodb`; its host may be called otherwise.
    package func endpoint(
        serviceID: String, hostName: String? = nil, region: String
    ) throws(AWSEnvironmentError) -> Endpoint {
        if let (url, place) = try configuredURL(serviceID) {
            try allowEndpoint(of: place)
            guard let endpoint = Endpoint(region: region, url: url) else {
                throw AWSEnvironmentError("\(place) must be http:// or https://, a host and perhaps a port")
            }
            return endpoint
        }
        guard let endpoint = Endpoint(region: region, service: hostName ?? serviceID, variant) else {
            throw AWSEnvironmentError("\(region) is not the name of a region")
        }
        return endpoint
    }

    /// Fails where AWS's own FIPS or dual-stack hosts are asked for, as AWS's clients do: a URL, which `place`
    /// sets, says itself which host is asked.
    package func allowEndpoint(of place: String) throws(AWSEnvironmentError) {
        guard variant != .usual else { return }
        throw AWSEnvironmentError(
            """
            \(place) names an endpoint, while use_fips_endpoint or use_dualstack_endpoint asks for one of \
            AWS's: unset one of the two
            """)
    }

    /// The credentials that AWS's tools would use here, found when they are first asked
    /// for, and kept fresh. STS is asked through `http`, the metadata services of instances and containers past
    /// any proxy. Renewals that fail are logged.
    package func credentials(
        http: HTTPClient, timing: CredentialTiming = CredentialTiming(), log: Logger
    ) -> CredentialSource {
        let chain = CredentialChain(
            variables: variables, context: CredentialContext(self, http: http, timing: timing, log: log))
        return CredentialSource(timing: timing, log: log) {
            (deadline: ContinuousClock.Instant) throws(CredentialError) in
            try chain.credentials(deadline: deadline)
        }
    }

    /// The URL that a service is to be asked at wherever the region is, and what says so.
    func configuredURL(
        _ serviceID: String
    ) throws(AWSEnvironmentError) -> (url: String, place: String)? {
        let isIgnored =
            variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] ?? profile?["ignore_configured_endpoint_urls"]
        if isIgnored?.lowercased() == "true" { return nil }
        for name in ["AWS_ENDPOINT_URL_\(serviceID.uppercased())", "AWS_ENDPOINT_URL"] {
            if let url = variables[name] { return (url, name) }
        }
        guard let profile else { return nil }
        let services = try profile["services"].map(files.serviceSettings) ?? nil
        if let url = services?[serviceID]?.nested["endpoint_url"], !url.isEmpty {
            return (url, "endpoint_url of \(serviceID) in the profile's services")
        }
        return profile["endpoint_url"].map { ($0, "endpoint_url of the profile \(profile.name)") }
    }
}

extension AWSEnvironment: Redacted {
    /// The region and the profile's name.
    package var description: String { "region \(region ?? "not set"), profile \(files.profileName)" }
}

/// What is wrong with the environment variables or the shared files that say how AWS is used.
package struct AWSEnvironmentError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, in which variable or line of which file, and what to do. Holds no secret.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
