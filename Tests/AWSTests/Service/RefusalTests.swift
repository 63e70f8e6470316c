@testable import AWS
import HTTPClient
import TestSupport
import Testing

/// Answers that no second attempt would change.
@Suite struct RefusalTests {
    @Test(arguments: [
        ("ValidationException", AWSError.Kind.invalid), ("SerializationException", .invalid),
        ("AccessDeniedException", .denied), ("UnrecognizedClientException", .denied),
        ("IncompleteSignatureException", .denied), ("ResourceNotFoundException", .notFound),
        ("ParameterNotFound", .notFound), ("ConditionalCheckFailedException", .invalid),
    ])
    func `one attempt`(code: String, kind: AWSError.Kind) throws {
        let service = try FaultyService(then: .error("com.amazonaws.dynamodb.v20120810#\(code)", "so it is"))
        try withServices([service]) { caller in
            let error = caller.call().error
            #expect(error?.kind == kind && error?.attempts == 1)
            #expect(
                error.map { "\($0)" } == "Query in eu-west-1: \(code): so it is")
            #expect(service.requests.count == 1)
        }
    }

    @Test(arguments: [
        ("400 Bad Request", "not JSON", AWSError.Kind.invalid), ("400 Bad Request", "", .invalid),
        ("403 Forbidden", "<html>no</html>", .denied), ("401 Unauthorized", "{", .denied),
        ("404 Not Found", "[1, 2]", .invalid), ("413 Too Large", "\0\u{1}", .invalid),
        ("204 No Content", "", .invalid), ("206 Partial Content", "{}", .invalid),
        ("400 Bad Request", #"{"__type": 7, "message": {}}"#, .invalid),
    ])
    func `an error that is not as AWS writes it`(status: String, body: String, kind: AWSError.Kind) throws {
        let service = try FaultyService(then: .answer(status, body: body))
        try withServices([service]) { caller in
            let error = caller.call().error
            #expect(error?.kind == kind && error?.attempts == 1)
            #expect(error?.message == "HTTP status \(status.prefix(3)) without an explanation")
            #expect(service.requests.count == 1)
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect is not followed`(status: Int) throws {
        let service = try FaultyService()
        service.turn(
            then: .answer("\(status) Go", headers: "Location: \(service.endpoint.url)there\r\n", body: ""))
        try withServices([service]) { caller in
            let end = caller.call()
            #expect(end.kind == .invalid && end.attempts == 1)
            #expect(service.requests.map(\.line) == ["POST / HTTP/1.1"])
        }
    }

    @Test func `an error of STS, which is XML`() throws {
        let xml = """
            <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
            <Code>AccessDenied</Code><Message>&lt;role&gt; &amp; you</Message></Error></ErrorResponse>
            """
        let service = try FaultyService([.answer("403 Forbidden", body: xml)], then: .answer(body: "<a/>"))
        let request = ServiceRequest(
            operation: "AssumeRole", headers: ["Content-Type": "application/x-www-form-urlencoded"], body: [])
        try withServices([service], credentials: nil) { caller in
            let error = caller.call(request).error
            #expect(error?.kind == .denied && error?.attempts == 1)
            #expect(error.map { "\($0)" } == "AssumeRole in eu-west-1: AccessDenied: <role> & you")
            // Its answers are XML, and calls without credentials are not signed.
            #expect(caller.call(request).body == Array("<a/>".utf8))
            #expect(service.requests.allSatisfy { $0.headers["Authorization"] == nil })
        }
    }

    @Test(arguments: ["InvalidSignatureException", "SignatureDoesNotMatch", "SomethingNewException"])
    func `an explanation that quotes the security token is not passed on`(code: String) throws {
        let token = Caller.keys.sessionToken!
        let quoted = #"The Canonical String should have been\n'POST\n/\n\nx-amz-security-token:\#(token)\n'"#
        let service = try FaultyService(then: .error(code, quoted, status: 403))
        try withServices([service]) { caller in
            let error = try #require(caller.call().error)
            #expect(error.kind == .denied && error.attempts == 1)
            var dumped = ""
            dump(error, to: &dumped)
            #expect(!"\(error) \(String(reflecting: error)) \(dumped)".contains(token))
            #expect(error.code == code)
        }
    }

    @Test func `what is said is one line of a bounded length, and a code is an identifier`() throws {
        let service = try FaultyService([
            .error(#"A\nB C"#, #"one\ntwo\u0085\u001b[31m"# + String(repeating: "é", count: 10_000))
        ])
        try withServices([service]) { caller in
            let error = try #require(caller.call().error)
            #expect(error.code == "A")
            #expect(error.message.hasPrefix("one two  [31mé"))
            #expect(error.message.count == 500)
        }
    }

    @Test func `AWS's id of a failed request is in the error`() throws {
        let service = try FaultyService([
            .answer("400 Bad Request", headers: "x-amzn-RequestId: ABC123\r\n", body: "{}")
        ])
        try withServices([service]) { caller in
            #expect(caller.call().error?.requestID == "ABC123")
        }
    }

    @Test func `a header that cannot be sent is this side's fault`() throws {
        let service = try FaultyService()
        let large = ServiceRequest(
            operation: "Query", headers: ["X-Large": String(repeating: "x", count: 20_000)], body: [])
        try withServices([service]) { caller in
            #expect(caller.call(large).kind == .local)
            #expect(service.requests.isEmpty)
        }
    }
}
