import HTTPClient
import Testing

/// The key and the time are those of AWS's published Signature Version 4 test suite.
@Suite struct AWSSignatureTests {
    private func authorization(of request: HTTPRequest) throws -> RecordedRequest {
        let directory = try TemporaryDirectory()
        // A unix socket, so that `Host` is the name that the vector was computed with.
        let path = directory.path + "/socket"
        return try withServer(unixSocketPath: path) {
            $0.readRequest(); $0.answer()
        } _: { server in
            var request = request
            request.unixSocketPath = path
            _ = try HTTPClient().perform(request)
            return try #require(server.requests.first)
        }
    }

    private func signature(_ region: String, _ service: String, token: String? = nil) -> AWSSignature {
        AWSSignature(
            region: region, service: service, accessKeyID: "AKIDEXAMPLE",
            secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", sessionToken: token)
    }

    @Test func `AWS's own vector get-vanilla`() throws {
        let received = try authorization(
            of: HTTPRequest(
                url: "http://example.amazonaws.com/", headers: ["X-Amz-Date": "20150830T123600Z"],
                deadline: .soon,
                signature: signature("us-east-1", "service")))
        // get-vanilla.authz of AWS's test suite; botocore 1.43.11 computes the same.
        #expect(
            received.headers["Authorization"] == """
                AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                SignedHeaders=host;x-amz-date, \
                Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31
                """)
    }

    // Signatures by botocore 1.43.11, SigV4Auth(Credentials(id, secret, token), "dynamodb", "eu-west-1")
    // over AWSRequest("POST", "http://dynamodb.eu-west-1.amazonaws.com/", data: body, headers: the two).
    @Test(arguments: [
        (
            nil, "content-type;host;x-amz-date;x-amz-target",
            "aed7ab7e652817221f495227aa1b90fe21a02788b87cb014e114e94055797ece"
        ),
        (
            "SESSION/TOKEN+EXAMPLE==", "content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
            "05dde51f625d7e455f3cea5c35933f13394d4ffba30b5c96a296f90bc2fff6c8"
        ),
    ])
    func `a DynamoDB query as botocore signs it`(token: String?, headers: String, expected: String) throws {
        let received = try authorization(
            of: HTTPRequest(
                method: "POST", url: "http://dynamodb.eu-west-1.amazonaws.com/",
                headers: [
                    "Content-Type": "application/x-amz-json-1.0",
                    "X-Amz-Target": "DynamoDB_20120810.Query",
                    "X-Amz-Date": "20150830T123600Z",
                ],
                body: Array(#"{"TableName":"audit-records"}"#.utf8), deadline: .soon,
                signature: signature("eu-west-1", "dynamodb", token: token)))
        #expect(
            received.headers["Authorization"] == """
                AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/dynamodb/aws4_request, \
                SignedHeaders=\(headers), Signature=\(expected)
                """)
        #expect(received.headers.values(of: "X-Amz-Security-Token") == [token].compactMap { $0 })
        // Twice with libcurl before 8.4 (curl issue 11738), but the same.
        #expect(Set(received.headers.values(of: "X-Amz-Date")) == ["20150830T123600Z"])
    }

    @Test func `headers in any case and order, with spaces inside`() throws {
        let received = try authorization(
            of: HTTPRequest(
                method: "POST", url: "http://dynamodb.eu-west-1.amazonaws.com/",
                headers: [
                    "Content-Type": "text/plain; charset=utf-8", "X-B": "a  b", "x-a": "1",
                    "amz-sdk-request": "attempt=1; max=3", "Amz-Sdk-Invocation-Id": "0",
                    "X-Amz-Date": "20150830T123600Z",
                ],
                body: Array(#"{"TableName":"audit-records"}"#.utf8), deadline: .soon,
                signature: signature("eu-west-1", "dynamodb")))
        // By botocore 1.43.11 as above.
        #expect(
            received.headers["Authorization"] == """
                AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/dynamodb/aws4_request, \
                SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-type;host;x-a;x-amz-date;x-b, \
                Signature=c9808612c0604294c68df837713a831c12e2a817cd3dc9fad060ebf2400bb1d0
                """)
    }

    @Test func `a path and a sorted query`() throws {
        let received = try authorization(
            of: HTTPRequest(
                url: "http://dynamodb.eu-west-1.amazonaws.com/a/b?Action=X&Version=2",
                headers: ["X-Amz-Date": "20150830T123600Z"], deadline: .soon,
                signature: signature("eu-west-1", "dynamodb")))
        // By botocore 1.43.11 as above.
        #expect(
            received.headers["Authorization"]?.hasSuffix(
                "Signature=3e9335033a96c80c10cb0a506cd9ab6614fbf3b6488fcfeb38c5e28fe21dadc7") == true)
    }

    @Test func `without a date of the caller's, the time is now`() throws {
        let request = HTTPRequest(
            method: "POST", url: "http://example.amazonaws.com/", headers: ["Content-Type": "a/b"],
            body: [UInt8](repeating: 1, count: 3_000_000), deadline: .soon,
            signature: signature("us-east-1", "service"))
        let received = try authorization(of: request)
        #expect(received.body == request.body)
        #expect(received.headers.values(of: "X-Amz-Date").count == 1)
        #expect(received.headers["X-Amz-Date"]?.wholeMatch(of: /20\d{6}T\d{6}Z/) != nil)
        let authorization = received.headers["Authorization"]
        #expect(authorization?.contains("SignedHeaders=content-type;host;x-amz-date,") == true)
    }

    /// Each made libcurl 7.88.1 sign otherwise than botocore does.
    @Test(
        arguments: [
            [:], ["Content-Type": "a/b", "X-Empty": ""], ["Content-Type": "a/b", "X-A": "1", "x-a-b": "1"],
            ["Content-Type": "a/b", "X-A9": "1", "x-a": "1"],
            ["Content-Type": "a/b", "X-A": "1", "x-a": "2"],
            ["Content-Type": "a/b", "x-amz": "1"],
        ] as [HTTPHeaders])
    func `what libcurl would sign wrongly is refused`(headers: HTTPHeaders) throws {
        let request = HTTPRequest(
            method: "POST", url: "http://example.amazonaws.com/", headers: headers, deadline: .soon,
            signature: signature("us-east-1", "service"))
        #expect(try failure(of: request).error.code == .invalidRequest)
    }
}
