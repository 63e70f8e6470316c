@testable import AWS
import HTTPClient
import TestSupport
import Testing

@Suite struct ParameterStoreTests {
    private func parameter(_ name: String, at server: ScriptedServer) throws -> Parameter {
        let endpoint = try #require(Endpoint(region: "eu-west-1", url: server.base))
        let credentials = CredentialSource(Credentials(accessKeyID: "ID", secretAccessKey: Secret.key))
        let service = ServiceClient(
            service: "ssm", endpoints: [endpoint], credentials: credentials, http: HTTPClient(), log: .silent)
        return try ParameterStore(service).parameter(name, deadline: .soon)
    }

    @Test func `a SecureString comes decrypted, with its version, and is not shown`() throws {
        let body = """
            {"Parameter": {"ARN": "arn:x", "DataType": "text", "LastModifiedDate": 1.5E9, "Name": "/a/key",
             "Type": "SecureString", "Value": "SECRET\\n\\u00e9\\"", "Version": 7}}
            """
        try withStandIn { _ in
            .ok(body)
        } _: { server in
            let found = try parameter("/a/\"key\"", at: server)
            #expect(found == Parameter(value: Array("SECRET\né\"".utf8), version: 7))
            Secret.expectNone(in: found)
            let request = server.requests[0]
            #expect(request.target == "POST /")
            #expect(request.headers["X-Amz-Target"] == "AmazonSSM.GetParameter")
            #expect(request.headers["Content-Type"] == "application/x-amz-json-1.1")
            #expect(request.headers["Authorization"]?.contains("/eu-west-1/ssm/aws4_request") == true)
            let sent = request.text.replacing("\\/", with: "/")
            #expect(
                [
                    #"{"Name":"/a/\"key\"","WithDecryption":true}"#,
                    #"{"WithDecryption":true,"Name":"/a/\"key\""}"#,
                ]
                .contains(sent))
        }
    }

    @Test(arguments: [
        (StandInAnswer.status(400, #"{"__type": "ParameterNotFound"}"#), AWSError.Kind.notFound),
        (.status(400, #"{"__type": "x#AccessDeniedException", "message": "no kms:Decrypt"}"#), .denied),
        (.ok("SECRET"), .server), (.ok(#"{"Parameter": {"Value": "SECRET"}}"#), .server),
        (.ok(#"{"Parameter": {"Value": ["SECRET"], "Version": 1}}"#), .server),
    ])
    func `what is no parameter is an error of its kind, which repeats no value`(
        answer: StandInAnswer, kind: AWSError.Kind
    ) throws {
        try withStandIn { _ in
            answer
        } _: { server in
            let error = try #require(throws: AWSError.self) { try parameter("/a/key", at: server) }
            #expect(error.kind == kind)
            #expect(error.description.hasPrefix("GetParameter"))
            Secret.expectNone(in: error)
        }
    }
}
