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
            #expect(url(region) == nil)
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
