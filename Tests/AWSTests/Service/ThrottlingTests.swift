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
                #expect(end.kind == .throttled && end.attempts == 3)
                #expect(end.error?.code == code)
                #expect(end.error?.message == "slow")
            }
            #expect(service.requests.count == 3 * Self.codes.count)
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
            #expect(Set(headers.prefix(3).map { $0["amz-sdk-invocation-id"] }).count == 1)
            #expect(headers[3]["amz-sdk-invocation-id"] != headers[0]["amz-sdk-invocation-id"])
            let numbers = headers.map { $0["amz-sdk-request"] }
            #expect(
                numbers == ["attempt=1; max=3", "attempt=2; max=3", "attempt=3; max=3", "attempt=1; max=3"])
            #expect(Set(headers.map { $0["Authorization"] }).count == 4)
        }
    }
}
