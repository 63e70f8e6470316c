/// A group of AWS's regions with domains of its own, as botocore 1.43.11 knows them (`partitions.json`).
struct Partition {
    /// What the names of its regions begin with.
    private let prefix: String
    private let domain: String
    /// The domain of hosts that have IPv6 addresses too.
    private let dualStackDomain: String

    private static let all = [
        Partition(prefix: "cn-", domain: "amazonaws.com.cn", dualStackDomain: "api.amazonwebservices.com.cn"),
        Partition(prefix: "eusc-", domain: "amazonaws.eu", dualStackDomain: "api.amazonwebservices.eu"),
        Partition(prefix: "us-iso-", domain: "c2s.ic.gov", dualStackDomain: "api.aws.ic.gov"),
        Partition(prefix: "us-isob-", domain: "sc2s.sgov.gov", dualStackDomain: "api.aws.scloud"),
        Partition(prefix: "us-isof-", domain: "csp.hci.ic.gov", dualStackDomain: "api.aws.hci.ic.gov"),
        Partition(
            prefix: "eu-isoe-", domain: "cloud.adc-e.uk", dualStackDomain: "api.cloud-aws.adc-e.uk"),
        Partition(prefix: governmentPrefix, domain: "amazonaws.com", dualStackDomain: "api.aws"),
    ]
    private static let governmentPrefix = "us-gov-"
    /// That of all other regions, as AWS's clients take it for those that they do not know yet.
    private static let commercial = Partition(
        prefix: "", domain: "amazonaws.com", dualStackDomain: "api.aws")

    /// The partition of a region.
    static func of(_ region: String) -> Partition {
        all.first { region.hasPrefix($0.prefix) } ?? commercial
    }

    /// The host of a service, by its host name such as `dynamodb`, in one of the regions. Not every one exists:
    /// AWS has FIPS hosts in few regions.
    func host(_ service: String, region: String, _ variant: EndpointVariant) -> String {
        let domain = variant.isDualStack ? dualStackDomain : domain
        let service =
            variant.isDualStack && joinsStreams && service == "streams.dynamodb"
            ? "streams-dynamodb" : service
        return "\(service)\(suffix(service, variant)).\(region).\(domain)"
    }

    /// Whether DynamoDB Streams has one label less in its hosts with IPv6 addresses.
    private var joinsStreams: Bool { ["api.aws", "api.amazonwebservices.com.cn"].contains(dualStackDomain) }

    /// The government's usual hosts are FIPS hosts already, CloudWatch's those with IPv6 too.
    private func suffix(_ service: String, _ variant: EndpointVariant) -> String {
        let isUsual = prefix == Self.governmentPrefix && (!variant.isDualStack || service == "monitoring")
        return variant.isFIPS && !isUsual ? "-fips" : ""
    }
}
