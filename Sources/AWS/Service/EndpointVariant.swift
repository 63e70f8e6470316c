/// Which of a service's hosts in a region are asked
/// (docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html).
struct EndpointVariant: Sendable, Equatable {
    /// Hosts whose cryptography is validated for FIPS 140.
    var isFIPS = false
    /// Hosts that have IPv6 addresses too.
    var isDualStack = false

    static let usual = EndpointVariant()
}
