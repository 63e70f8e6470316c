@testable import AWS
import Foundation
import HTTPClient
import Testing

@Suite struct RequestSignerTests {
    private static let day = Date(timeIntervalSince1970: 1_440_938_160)  // 2015-08-30T12:36:00Z
    // The key of AWS's published Signature Version 4 test suite.
    private static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

    private func authorization(
        _ signer: RequestSigner, headers: HTTPHeaders, body: String, host: String, path: String = "/",
        token: String? = nil, at date: Date = day
    ) throws -> String {
        let credentials = Credentials(
            accessKeyID: "AKIDEXAMPLE", secretAccessKey: Self.secret, sessionToken: token)
        return try #require(
            signer.signed(
                headers, body: Array(body.utf8), host: host, path: path, credentials: credentials, at: date)[
                    "Authorization"])
    }

    /// What botocore 1.43.11 makes of the same.
    @Test func `a path is signed`() throws {
        let signer = RequestSigner(region: "eu-west-1", service: "xray")
        let made = try authorization(
            signer, headers: ["Content-Type": "application/json", "Content-Encoding": "gzip"], body: "{}",
            host: "xray.eu-west-1.amazonaws.com", path: "/v1/traces")
        #expect(
            made.hasSuffix("Signature=343241965faa897c5978c8ec5c965146372ed1c893837f001430d93f9a4f9f28"),
            "\(made)")
    }

    @Test func `AWS's own vector post-vanilla`() throws {
        let signer = RequestSigner(region: "us-east-1", service: "service")
        #expect(
            try authorization(signer, headers: [:], body: "", host: "example.amazonaws.com") == """
                AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                SignedHeaders=host;x-amz-date, \
                Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b
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
    func `a DynamoDB query as botocore signs it, on one day after another`(
        token: String?, names: String, expected: String
    ) throws {
        let signer = RequestSigner(region: "eu-west-1", service: "dynamodb")
        func sign(_ date: Date, with other: RequestSigner? = nil) throws -> String {
            try authorization(
                other ?? signer,
                headers: [
                    "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.Query",
                ], body: #"{"TableName":"audit-records"}"#, host: "dynamodb.eu-west-1.amazonaws.com",
                token: token, at: date)
        }
        let first = try sign(Self.day)
        #expect(first.hasSuffix("SignedHeaders=\(names), Signature=\(expected)"))
        let second = try sign(Self.day + 86_400)
        #expect(second != first)
        #expect(try sign(Self.day) == first)
        // The key of a day is made anew for the next one: as a signer makes it that knew no other day.
        let fresh = RequestSigner(region: "eu-west-1", service: "dynamodb")
        #expect(try sign(Self.day + 86_400, with: fresh) == second)
    }
}
