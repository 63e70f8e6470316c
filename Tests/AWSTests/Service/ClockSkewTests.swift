import AWS
import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite struct ClockSkewTests {
    /// Answers as a service whose clock is `seconds` ahead of the caller's: it refuses what was signed more than
    /// five minutes from its time.
    private func clock(ahead seconds: Double, code: String = "RequestExpired", crowd: Barrier? = nil) -> Reply
    {
        let now = Caller.date + seconds
        return Reply { connection in
            let signed = connection.lastRequest?.headers["X-Amz-Date"].flatMap { Self.amazon.date(from: $0) }
            let date = "Date: \(Self.http.string(from: now))\r\n"
            if let signed, abs(signed.timeIntervalSince(now)) < 300 {
                return connection.answer("200 OK", date, body: Array("{}".utf8))
            }
            crowd?.wait()
            return connection.answer(
                "403 Forbidden", date, body: Array(#"{"__type":"\#(code)","message":"late"}"#.utf8))
        }
    }

    @Test(arguments: [
        (600.0, "RequestExpired"), (-600, "InvalidSignatureException"), (600, "SignatureDoesNotMatch"),
        (-100_000, "RequestTimeTooSkewed"), (1_000_000, "RequestInTheFuture"), (600, "AuthFailure"),
    ])
    func `a wrong clock is corrected, and later calls are signed right at once`(
        ahead: Double, code: String
    ) throws {
        let service = try FaultyService(then: clock(ahead: ahead, code: code))
        try withServices([service]) { caller in
            #expect(caller.call().attempts == 2)
            for _ in 0..<3 { #expect(caller.call().attempts == 1) }
            #expect(caller.time.waits.isEmpty)
            // The clock of the service is set right.
            service.turn(then: clock(ahead: 0, code: code))
            #expect(caller.call().attempts == 2)
            #expect(caller.call().attempts == 1)
        }
    }

    @Test func `several calls that find the clock wrong at once correct it once`() throws {
        let crowd = Barrier()
        let service = try FaultyService(then: clock(ahead: 600, crowd: crowd))
        try withServices([service]) { caller in
            let calls = (0..<8).map { _ in Running { caller.call() } }
            #expect(eventually { crowd.arrived == 8 })
            crowd.open()
            for call in calls { #expect(call.result()?.attempts == 2) }
            #expect(caller.call().attempts == 1)
        }
    }

    @Test(arguments: [0.0, 200, -200])
    func `a refused signature at the right time is no reason to try again`(ahead: Double) throws {
        let date = Self.http.string(from: Caller.date + ahead)
        let service = try FaultyService(
            then: .answer(
                "403 Forbidden", headers: "Date: \(date)\r\n",
                body: #"{"__type":"InvalidSignatureException","message":"no"}"#))
        try withServices([service]) { caller in
            let end = caller.call()
            #expect(end.kind == .denied && end.attempts == 1)
            #expect(end.error?.message.contains("the secret access key is not the right one") == true)
        }
    }

    @Test(arguments: ["", "Date: yesterday\r\n"])
    func `a service that does not tell its time`(header: String) throws {
        let service = try FaultyService(
            then: .answer("403 Forbidden", headers: header, body: #"{"__type":"RequestExpired"}"#))
        try withServices([service]) { caller in
            let end = caller.call()
            #expect(end.kind == .denied && end.attempts == 1)
        }
    }

    @Test func `a service that finds every time wrong`() throws {
        let date = Self.http.string(from: Caller.date + 600)
        let other = Self.http.string(from: Caller.date - 600)
        func refusal(_ date: String) -> Reply {
            .answer("403 Forbidden", headers: "Date: \(date)\r\n", body: #"{"__type":"RequestExpired"}"#)
        }
        let service = try FaultyService([refusal(date)], then: refusal(other))
        try withServices([service]) { caller in
            let end = caller.call()
            #expect(end.kind == .skewedClock && end.attempts == 2)
            #expect(
                end.error?.message
                    == "the signature is not accepted: this machine's clock is 1200 s ahead")
        }
    }

    private static let http = formatter("EEE, dd MMM yyyy HH:mm:ss 'GMT'")
    private static let amazon = formatter("yyyyMMdd'T'HHmmss'Z'")

    private static func formatter(_ format: String) -> DateFormatter {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = format
        return formatter
    }
}
