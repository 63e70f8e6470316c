import AWS
import HTTPClient
import TestSupport
import Testing

@Suite struct ThrottlingTests {
    static let codes = [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
        "RequestThrottledException", "TooManyRequestsException", "ProvisionedThroughputExceededException",
        "TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded",
        "LimitExceededException", "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException",
    ]
    /// `__type` as services write it, around the code.
    static let forms = [
        ("", ""), ("com.amazonaws.dynamodb.v20120810#", ""), ("com.amazon.coral.availability#", ""),
        ("", ":http://internal.amazon.com/coral/com.amazon.coral.validate/"),
        ("aws.protocoltests#", ":http://internal.amazon.com/coral/"),
    ]

    private func reply(_ code: String, _ form: (String, String), _ name: String) -> Reply {
        .answer("400 Bad Request", body: #"{"__type":"\#(form.0)\#(code)\#(form.1)","\#(name)":"slow"}"#)
    }

    @Test func `each code in each form is tried again`() throws {
        let service = try FaultyService()
        try withServices([service]) { caller in
            for code in Self.codes {
                for form in Self.forms {
                    for name in ["message", "Message"] {
                        service.turn([reply(code, form, name)], then: .ok)
                        let end = caller.call()
                        #expect(end.body == Array("{}".utf8) && end.attempts == 2, "\(code) \(form)")
                    }
                }
            }
            #expect(service.requests.count == Self.codes.count * Self.forms.count * 2 * 2)
            #expect(caller.time.waits.allSatisfy { $0 == .milliseconds(500) })
        }
    }

    @Test func `each code for ever ends as throttled`() throws {
        let service = try FaultyService()
        try withServices([service]) { caller in
            for (index, code) in Self.codes.enumerated() {
                service.turn(then: reply(code, Self.forms[index % Self.forms.count], "Message"))
                let end = caller.call()
                #expect(end.kind == .throttled && end.attempts == 4)
                #expect(end.error?.code == code)
                #expect(end.error?.message == "slow")
            }
            #expect(service.requests.count == 4 * Self.codes.count)
            #expect(caller.time.waits.prefix(3) == [.milliseconds(500), .seconds(1), .seconds(2)])
        }
    }

    @Test func `the code of a header, and status 429`() throws {
        let header = Reply.answer(
            "400 Bad Request", headers: "x-amzn-ErrorType: SlowDown:http://a/\r\n", body: "?")
        let service = try FaultyService([header, .status(429)])
        try withServices([service]) { caller in
            #expect(caller.call().attempts == 3)
        }
    }

    @Test func `a quota bounds the retries of all calls, and successes give it back`() throws {
        let service = try FaultyService(then: .error("SlowDown"))
        try withServices([service]) { caller in
            for _ in 0..<60 { #expect(caller.call().kind == .throttled) }
            // 500 tokens, 5 a retry: 100 retries beside the 60 first attempts.
            #expect(service.requests.count == 160)
            #expect(caller.time.waits.count == 100)
            service.turn(then: .ok)
            for _ in 0..<5 { #expect(caller.call().attempts == 1) }
            // One token each: one retry, whose tokens its success gives back.
            for _ in 0..<3 {
                service.turn([.error("SlowDown")], then: .ok)
                #expect(caller.call().attempts == 2)
            }
            service.turn(then: .error("SlowDown"))
            #expect(caller.call().attempts == 2)
            #expect(caller.call().attempts == 1)
        }
    }

    @Test func `one id for all attempts, which are numbered and signed anew`() throws {
        let service = try FaultyService([.error("SlowDown"), .status(500)])
        try withServices([service]) { caller in
            #expect(caller.call().attempts == 3)
            #expect(caller.call().attempts == 1)
            let headers = service.requests.map(\.headers)
            try #require(headers.count == 4)
            #expect(Set(headers.prefix(3).map { $0["amz-sdk-invocation-id"] }).count == 1)
            #expect(headers[3]["amz-sdk-invocation-id"] != headers[0]["amz-sdk-invocation-id"])
            let numbers = headers.map { $0["amz-sdk-request"] }
            #expect(
                numbers == ["attempt=1; max=4", "attempt=2; max=4", "attempt=3; max=4", "attempt=1; max=4"])
            #expect(Set(headers.map { $0["Authorization"] }).count == 4)
        }
    }

    @Test func `a transient failure takes 14 tokens, and so leaves fewer for those that follow`() throws {
        let service = try FaultyService(then: .error("IDPCommunicationError"))
        try withServices([service]) { caller in
            for _ in 0..<60 { #expect(caller.call().kind == .transient) }
            // 500 tokens pay for 35 retries, and 10 are left, which two throttled retries take.
            #expect(service.requests.count == 95)
            service.turn(then: .error("SlowDown"))
            #expect(caller.call().attempts == 3)
        }
    }

    @Test func `another service than DynamoDB is asked three times, and a little later`() throws {
        let service = try FaultyService(then: .status(500))
        defer { service.stop() }
        let caller = Caller(endpoints: [service.endpoint], service: "ssm")
        #expect(caller.call().attempts == 3)
        #expect(caller.time.waits == [.milliseconds(25), .milliseconds(50)])
        #expect(service.requests.map { $0.headers["amz-sdk-request"] }.last == "attempt=3; max=3")
    }

    /// What the service asks for in milliseconds, and what is waited when the share of chance is 500 ms.
    @Test(arguments: [
        ("1500", 1.5), ("5500", 5.5), ("5501", 5.5), ("4294967295", 5.5), ("499", 0.5), ("0", 0.5),
        ("-1", 0.5), ("1.5", 0.5), ("soon", 0.5), ("", 0.5), ("99999999999999999999", 0.5),
    ])
    func `a service that says when to ask again is heeded, up to five seconds more`(
        asked: String, seconds: Double
    ) throws {
        let slow = Reply.answer(
            "400 Bad Request", headers: "x-amz-retry-after: \(asked)\r\n", body: #"{"__type":"SlowDown"}"#)
        let service = try FaultyService([slow], then: .ok)
        try withServices([service]) { caller in
            #expect(caller.call().attempts == 2)
            #expect(caller.time.waits == [.seconds(seconds)])
        }
    }
}
