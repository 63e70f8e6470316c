@testable import AWS
import HTTPClient
import Testing

@Suite struct EndpointTests {
    @Test(arguments: [
        (
            "https://dynamodb.eu-west-1.amazonaws.com", "https://dynamodb.eu-west-1.amazonaws.com/",
            "dynamodb.eu-west-1.amazonaws.com"
        ),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/", "127.0.0.1:8000"),
        ("http://localhost:80", "http://localhost:80/", "localhost"),
        ("https://localhost:443/", "https://localhost:443/", "localhost"),
        ("http://localhost:443", "http://localhost:443/", "localhost:443"),
        ("https://[::1]:8000", "https://[::1]:8000/", "[::1]:8000"),
        ("https://[::1]", "https://[::1]/", "[::1]"),
        ("http://VPCE-0_1.Example", "http://VPCE-0_1.Example/", "VPCE-0_1.Example"),
    ])
    func `a URL of a host`(url: String, normal: String, host: String) {
        let endpoint = Endpoint(region: "eu-west-1", url: url)
        #expect(endpoint?.url == normal && endpoint?.host == host && endpoint?.region == "eu-west-1")
    }

    @Test(arguments: [
        "", "localhost", "//localhost", "http:/localhost", "ftp://localhost", "http://", "http:///",
        "http://host/path", "http://host//", "http://host?x", "http://host#x", "http://user@host",
        "http://host:", "http://host:port", "http://host:70000", "http://:80", "http://a b",
        "http://host\r\nX: y", "http://host\n", "http://[::1", "http://[::1]x:80", "http://::1",
        "http://hôst",
        "http://a:1:2", "http://ho%73t", "http://host\\x",
    ])
    func `what is no URL of a host alone`(url: String) {
        #expect(Endpoint(region: "eu-west-1", url: url) == nil)
    }

    @Test func `a region's own endpoint`() {
        let url = { Endpoint(region: $0, service: "dynamodb")?.url }
        #expect(url("eu-west-1") == "https://dynamodb.eu-west-1.amazonaws.com/")
        #expect(url("cn-north-1") == "https://dynamodb.cn-north-1.amazonaws.com.cn/")
        #expect(url("us-gov-west-1") == "https://dynamodb.us-gov-west-1.amazonaws.com/")
        for region in ["", "EU-WEST-1", "eu west", "eu.west", "eu/west", "evil.example/", "é", "a\n"] {
            #expect(url(region) == nil && !Endpoint.isRegion(region))
        }
    }

    /// What botocore 1.43.11 resolves by the rules in its data (`endpoint-rule-set-1`, `partitions.json`): usual,
    /// dual stack, FIPS, both. Where a column holds for dynamodb, ssm and sts, `*` stands for the service.
    private static let resolved: [(region: String, services: [String], hosts: [String])] = [
        (
            "eu-west-1", ["dynamodb", "ssm", "sts", "monitoring"],
            ["*.@.amazonaws.com", "*.@.api.aws", "*-fips.@.amazonaws.com", "*-fips.@.api.aws"]
        ),
        (
            "xx-new-1", ["dynamodb", "ssm", "sts", "monitoring"],
            ["*.@.amazonaws.com", "*.@.api.aws", "*-fips.@.amazonaws.com", "*-fips.@.api.aws"]
        ),
        (
            "us-gov-west-1", ["dynamodb", "ssm", "sts"],
            ["*.@.amazonaws.com", "*.@.api.aws", "*.@.amazonaws.com", "*-fips.@.api.aws"]
        ),
        (
            "us-gov-east-1", ["monitoring"],
            ["*.@.amazonaws.com", "*.@.api.aws", "*.@.amazonaws.com", "*.@.api.aws"]
        ),
        (
            "cn-north-1", ["dynamodb", "ssm", "sts", "monitoring"],
            [
                "*.@.amazonaws.com.cn", "*.@.api.amazonwebservices.com.cn", "*-fips.@.amazonaws.com.cn",
                "*-fips.@.api.amazonwebservices.com.cn",
            ]
        ),
        (
            "eusc-de-east-1", ["dynamodb", "ssm", "sts", "monitoring"],
            [
                "*.@.amazonaws.eu", "*.@.api.amazonwebservices.eu", "*-fips.@.amazonaws.eu",
                "*-fips.@.api.amazonwebservices.eu",
            ]
        ),
        (
            "us-iso-west-1", ["dynamodb", "ssm", "sts", "monitoring"],
            [
                "*.@.c2s.ic.gov", "*.@.api.aws.ic.gov", "*-fips.@.c2s.ic.gov", "*-fips.@.api.aws.ic.gov",
            ]
        ),
        (
            "us-isob-east-1", ["dynamodb", "ssm", "sts", "monitoring"],
            [
                "*.@.sc2s.sgov.gov", "*.@.api.aws.scloud", "*-fips.@.sc2s.sgov.gov",
                "*-fips.@.api.aws.scloud",
            ]
        ),
        (
            "us-isof-south-1", ["dynamodb", "ssm", "sts", "monitoring"],
            [
                "*.@.csp.hci.ic.gov", "*.@.api.aws.hci.ic.gov", "*-fips.@.csp.hci.ic.gov",
                "*-fips.@.api.aws.hci.ic.gov",
            ]
        ),
        (
            "eu-isoe-west-1", ["dynamodb", "ssm", "sts", "monitoring"],
            [
                "*.@.cloud.adc-e.uk", "*.@.api.cloud-aws.adc-e.uk", "*-fips.@.cloud.adc-e.uk",
                "*-fips.@.api.cloud-aws.adc-e.uk",
            ]
        ),
        (
            "eu-west-1", ["streams.dynamodb"],
            [
                "streams.dynamodb.@.amazonaws.com", "streams-dynamodb.@.api.aws",
                "streams.dynamodb-fips.@.amazonaws.com", "streams-dynamodb-fips.@.api.aws",
            ]
        ),
        (
            "us-gov-west-1", ["streams.dynamodb"],
            [
                "streams.dynamodb.@.amazonaws.com", "streams-dynamodb.@.api.aws",
                "streams.dynamodb.@.amazonaws.com", "streams-dynamodb-fips.@.api.aws",
            ]
        ),
        (
            "cn-north-1", ["streams.dynamodb"],
            [
                "*.@.amazonaws.com.cn", "streams-dynamodb.@.api.amazonwebservices.com.cn",
                "streams.dynamodb-fips.@.amazonaws.com.cn",
                "streams-dynamodb-fips.@.api.amazonwebservices.com.cn",
            ]
        ),
        (
            "eusc-de-east-1", ["streams.dynamodb"],
            [
                "*.@.amazonaws.eu", "*.@.api.amazonwebservices.eu", "*-fips.@.amazonaws.eu",
                "*-fips.@.api.amazonwebservices.eu",
            ]
        ),
    ]

    @Test(arguments: resolved.indices)
    func `hosts in each partition, as botocore has them`(index: Int) {
        let row = Self.resolved[index]
        for service in row.services {
            for (column, pattern) in row.hosts.enumerated() {
                let variant = EndpointVariant(isFIPS: column >= 2, isDualStack: column % 2 == 1)
                let host = pattern.replacing("*", with: service).replacing("@", with: row.region)
                #expect(
                    Endpoint(region: row.region, service: service, variant)?.url == "https://\(host)/")
            }
        }
    }

    @Test func `a JSON call`() {
        let call = ServiceRequest.json(target: "AmazonSSM", "GetParameter", version: "1.1", body: [1])
        #expect(call.operation == "GetParameter" && call.body == [1] && call.isJSON)
        #expect(call.headers["Content-Type"] == "application/x-amz-json-1.1")
        #expect(call.headers["X-Amz-Target"] == "AmazonSSM.GetParameter")
        #expect(!ServiceRequest(operation: "x", headers: ["Content-Type": "text/xml"], body: []).isJSON)
        #expect(!ServiceRequest(operation: "x", headers: [:], body: []).isJSON)
    }
}
