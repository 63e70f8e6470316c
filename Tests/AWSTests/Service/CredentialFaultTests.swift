import AWS
import HTTPClient
import TestSupport
import Testing

/// Credentials that expire, and clocks that are wrong.
@Suite struct CredentialFaultTests {
    /// Credentials numbered from 1 on, each good for the whole test.
    private func numbered(_ time: PassingTime, _ count: Counter) -> CredentialSource {
        CredentialSource(timing: CredentialTiming(steady: { time.now })) {
            (_: ContinuousClock.Instant) throws(CredentialError) in
            let number = count.add()
            return Credentials(
                accessKeyID: "AKID\(number)", secretAccessKey: "secret", sessionToken: "token \(number)")
        }
    }

    private func tokens(_ service: FaultyService) -> [String?] {
        service.requests.map { $0.headers["X-Amz-Security-Token"] }
    }

    @Test(arguments: ["ExpiredTokenException", "ExpiredToken"])
    func `expired credentials are renewed for one more try`(code: String) throws {
        let loads = Counter()
        let time = PassingTime()
        let service = try FaultyService([.ok, .error(code)])
        try withServices([service], credentials: numbered(time, loads)) { caller in
            #expect(caller.call().attempts == 1)
            time.pass(.seconds(60))
            #expect(caller.call().attempts == 2)
            #expect(caller.call().attempts == 1)
            #expect(tokens(service) == ["token 1", "token 1", "token 2", "token 2"])
            #expect(loads.value == 2 && caller.time.waits.isEmpty)
        }
    }

    @Test func `renewed credentials that have expired too end the call`() throws {
        let loads = Counter()
        let time = PassingTime()
        let service = try FaultyService([.ok], then: .error("ExpiredTokenException"))
        try withServices([service], credentials: numbered(time, loads)) { caller in
            #expect(caller.call().attempts == 1)
            time.pass(.seconds(60))
            let end = caller.call()
            #expect(end.kind == .expiredCredentials && end.attempts == 2)
            #expect(tokens(service) == ["token 1", "token 1", "token 2"])
        }
    }

    @Test func `no credentials: nothing is sent`() throws {
        let source = CredentialSource { (_: ContinuousClock.Instant) throws(CredentialError) in
            throw CredentialError("nothing in the environment")
        }
        let service = try FaultyService()
        try withServices([service], credentials: source) { caller in
            let end = caller.call()
            #expect(end.kind == .noCredentials && end.attempts == 0)
            #expect(end.error.map { "\($0)" } == "Query: noCredentials: nothing in the environment")
            #expect(service.requests.isEmpty)
        }
    }
}
