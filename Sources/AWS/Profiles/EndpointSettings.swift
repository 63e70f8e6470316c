/// What variables and the profile say of the kind of endpoints that are asked.
struct EndpointSettings {
    let variables: Variables
    let profile: Profile?

    /// FIPS and dual-stack hosts: `AWS_USE_FIPS_ENDPOINT` and `AWS_USE_DUALSTACK_ENDPOINT`.
    func variant() throws(AWSEnvironmentError) -> EndpointVariant {
        EndpointVariant(
            isFIPS: try isTrue("AWS_USE_FIPS_ENDPOINT"), isDualStack: try isTrue("AWS_USE_DUALSTACK_ENDPOINT")
        )
    }

    /// Fails where endpoints of accounts must be used: they are not used here (docs/decisions/0029).
    func refuseAccountEndpoints() throws(AWSEnvironmentError) {
        guard let (mode, place) = value("AWS_ACCOUNT_ID_ENDPOINT_MODE") else { return }
        switch mode.lowercased() {
        case "preferred", "disabled": return
        case "required":
            throw AWSEnvironmentError(
                """
                \(place) is required, but the endpoints of accounts are not used here: set it to preferred or \
                disabled
                """)
        default: throw AWSEnvironmentError("\(place) must be preferred, disabled or required")
        }
    }

    private func isTrue(_ variable: String) throws(AWSEnvironmentError) -> Bool {
        guard let (text, place) = value(variable) else { return false }
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        default: throw AWSEnvironmentError("\(place) must be true or false")
        }
    }

    /// The text of a variable, or else of the profile's setting of that name, and which of them it is.
    private func value(_ variable: String) -> (text: String, place: String)? {
        if let text = variables[variable] { return (text, variable) }
        let setting = variable.dropFirst("AWS_".count).lowercased()
        guard let profile, let text = profile[setting] else { return nil }
        return (text, "\(setting) of the profile \(profile.name)")
    }
}
