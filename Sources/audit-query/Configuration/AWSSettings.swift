import AWS

/// How AWS is reached, beside what its own variables and files say.
struct AWSSettings: Equatable {
    /// The region of Parameter Store; nil for the environment's, or the store's first.
    var region: String?
    /// An http proxy; nil for none.
    var proxy: String?
    /// How often parameters are read again.
    var parameterRefresh: Duration

    init(_ source: SettingsSource) throws(SettingsError) {
        region = try source.optionalText("aws.region")
        if let region, !Endpoint.isRegion(region) {
            throw source.fault("aws.region", "\(region.printable) is not the name of a region")
        }
        proxy = try source.optionalText("aws.proxy")
        parameterRefresh = .seconds(try source.int("aws.parameter-refresh-seconds", in: 1...3600))
    }
}
