@testable import AWS
import HTTPClient
import Testing
import TestSupport

@Suite struct WebIdentityTests {
    @Test func `a role is assumed, unsigned, with the token that the file holds at the time`() throws {
        try withFolder { folder in
            try withStandIn { _ in
                .ok(STSAnswer.credentials("AssumeRoleWithWebIdentity"))
            } _: { server in
                let file = try folder.file("token", "SECRET.a+b/c=\n")
                let chain = try chain([
                    "AWS_WEB_IDENTITY_TOKEN_FILE": file,
                    "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/worker",
                    "AWS_ROLE_SESSION_NAME": "worker 1", "AWS_ENDPOINT_URL_STS": server.base,
                ])
                #expect(try chain.find() == Secret.credentials())
                _ = try folder.file("token", "SECRET.2")
                _ = try chain.find()
                let requests = server.requests
                #expect(
                    requests.map(\.text) == [
                        """
                        Action=AssumeRoleWithWebIdentity&Version=2011-06-15\
                        &RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fworker\
                        &RoleSessionName=worker%201&WebIdentityToken=SECRET.a%2Bb%2Fc%3D
                        """,
                        """
                        Action=AssumeRoleWithWebIdentity&Version=2011-06-15\
                        &RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fworker\
                        &RoleSessionName=worker%201&WebIdentityToken=SECRET.2
                        """,
                    ])
                #expect(requests.allSatisfy { $0.headers["Authorization"] == nil })
                #expect(
                    requests.allSatisfy { $0.headers["Content-Type"] == "application/x-www-form-urlencoded" })
            }
        }
    }

    @Test func `what is missing is named`() throws {
        try withFolder { folder in
            let empty = try folder.file("empty", " \n")
            for (variables, expected) in [
                (["AWS_WEB_IDENTITY_TOKEN_FILE": empty], "is set without AWS_ROLE_ARN"),
                (
                    ["AWS_WEB_IDENTITY_TOKEN_FILE": empty, "AWS_ROLE_ARN": "arn"],
                    "names \(empty), which is empty"
                ),
                (["AWS_WEB_IDENTITY_TOKEN_FILE": "/no", "AWS_ROLE_ARN": "arn"], "names /no: No such file"),
            ] {
                let chain = try chain(variables)
                #expect(
                    chain.fault.hasPrefix("AWS_WEB_IDENTITY_TOKEN_FILE \(expected)"))
            }
        }
    }

    @Test func `a refusal is passed on with its code, and without the token that it repeats`() throws {
        try withFolder { folder in
            let refusal = STSAnswer.refusal("InvalidIdentityToken", "no provider for SECRET.TOKEN")
            try withStandIn { _ in
                .status(400, refusal)
            } _: { server in
                let file = try folder.file("token", "SECRET.TOKEN")
                let chain = try chain([
                    "AWS_WEB_IDENTITY_TOKEN_FILE": file, "AWS_ROLE_ARN": "arn:role",
                    "AWS_REGION": "eu-west-1",
                    "AWS_ENDPOINT_URL_STS": server.base,
                ])
                #expect(
                    chain.fault == """
                        AWS_WEB_IDENTITY_TOKEN_FILE (\(file)), role arn:role: AssumeRoleWithWebIdentity in \
                        eu-west-1: InvalidIdentityToken: no provider for …
                        """)
                #expect(server.requests.count == 1)
            }
        }
    }
}
