@testable import AWS
import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite struct SecurityTokenServiceTests {
    private let base = Credentials(
        accessKeyID: "BASE", secretAccessKey: Secret.key, sessionToken: "BASETOKEN")

    private func assume(
        _ role: Role, at server: ScriptedServer, _ variables: [String: String] = [:]
    ) throws -> Credentials {
        let context = try chain(variables.merging(["AWS_ENDPOINT_URL_STS": server.base]) { $1 }).context
        return try SecurityTokenService(context: context).assume(role, with: base, deadline: .soon)
    }

    @Test func `a role is assumed with a signed call, its region's or else us-east-1's`() throws {
        try withStandIn { _ in
            .ok(STSAnswer.credentials("AssumeRole"))
        } _: { server in
            let role = Role(arn: "arn:role", sessionName: "s", externalID: "é&=+", seconds: 900)
            #expect(try assume(role, at: server, ["AWS_REGION": "eu-west-1"]) == Secret.credentials())
            _ = try assume(Role(arn: "arn:role"), at: server)
            let (first, second) = (server.requests[0], server.requests[1])
            #expect(
                first.text == """
                    Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Arole&RoleSessionName=s\
                    &DurationSeconds=900&ExternalId=%C3%A9%26%3D%2B
                    """)
            #expect(
                first.headers["Authorization"]?.contains("BASE/20270115/eu-west-1/sts/aws4_request") == true)
            #expect(first.headers["X-Amz-Security-Token"] == "BASETOKEN")
            #expect(second.text.hasSuffix("&RoleSessionName=audit-query-1800000000"))
            #expect(second.headers["Authorization"]?.contains("BASE/20270115/us-east-1/sts/") == true)
        }
    }

    @Test(arguments: [
        ([:], "https://sts.amazonaws.com/", "us-east-1"),
        (["AWS_REGION": "eu-west-1"], "https://sts.eu-west-1.amazonaws.com/", "eu-west-1"),
        (["AWS_REGION": "cn-north-1"], "https://sts.cn-north-1.amazonaws.com.cn/", "cn-north-1"),
        (["AWS_ENDPOINT_URL": "http://a"], "http://a/", "us-east-1"),
        (["AWS_REGION": "eusc-de-east-1"], "https://sts.eusc-de-east-1.amazonaws.eu/", "eusc-de-east-1"),
        (["AWS_USE_FIPS_ENDPOINT": "true"], "https://sts-fips.us-east-1.amazonaws.com/", "us-east-1"),
    ])
    func `the region's endpoint is asked, and without a region the one of all`(
        variables: [String: String], url: String, region: String
    ) throws {
        let endpoint = try SecurityTokenService(context: chain(variables).context).endpoint()
        #expect(endpoint.url == url)
        #expect(endpoint.region == region)
    }

    @Test(arguments: [
        "", "SECRET", STSAnswer.credentials("AssumeRole").replacing("2027-01-15T09:00:00Z", with: "SECRET"),
        STSAnswer.credentials("AssumeRole").replacing("SessionToken", with: "Other"),
    ])
    func `an answer without credentials is an error, which repeats nothing of it`(body: String) throws {
        try withStandIn { _ in
            .ok(body)
        } _: { server in
            let error = try #require(throws: AWSError.self) { try assume(Role(arn: "arn:role"), at: server) }
            #expect(error.description.contains("the answer holds no credentials"))
            Secret.expectNone(in: error)
        }
    }

    @Test func `a refusal is passed on, and a failure of STS is tried again`() throws {
        try withStandIn { request in
            request.headers["amz-sdk-request"]?.hasPrefix("attempt=1") == true
                ? .status(503) : .status(403, STSAnswer.refusal("AccessDenied", "not &quot;you&quot;"))
        } _: { server in
            let error = try #require(throws: AWSError.self) { try assume(Role(arn: "arn:role"), at: server) }
            #expect(error.kind == .denied)
            #expect(
                error.description == "AssumeRole in us-east-1: AccessDenied: not \"you\", after 2 attempts")
            #expect(server.requests.count == 2)
        }
    }
}
