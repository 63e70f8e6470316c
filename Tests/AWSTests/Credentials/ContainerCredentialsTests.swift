@testable import AWS
import HTTPClient
import Testing
import TestSupport

@Suite struct ContainerCredentialsTests {
    private static let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    private static let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    private static let token = "AWS_CONTAINER_AUTHORIZATION_TOKEN"

    @Test
    func `the full address is asked with the token of the file, which is read anew, before the variable's`()
        throws
    {
        try withFolder { folder in
            try withStandIn { _ in
                .ok(Secret.json())
            } _: { server in
                let file = try folder.file("token", "SECRET-1\n")
                let chain = try chain([
                    Self.full: server.url("/v1/credentials?x=1"), "\(Self.token)_FILE": file,
                    Self.token: "wrong",
                ])
                #expect(try chain.find() == Secret.credentials())
                _ = try folder.file("token", " SECRET-2\r\n")
                _ = try chain.find()
                #expect(
                    server.requests.map(\.target) == Array(repeating: "GET /v1/credentials?x=1", count: 2))
                #expect(server.requests.map { $0.headers["Authorization"] } == ["SECRET-1", "SECRET-2"])
            }
        }
    }

    @Test func `a relative address goes before a full one, with the variable's token`() throws {
        try withStandIn { _ in
            .ok(Secret.json())
        } _: { server in
            let variables = Variables([
                Self.relative: "/get?id=1", Self.full: "http://wrong.example", Self.token: "Basic SECRET",
            ])
            let provider = ContainerCredentials(variables, http: HTTPClient(), relativeBase: server.base)
            guard case .found(let found) = try provider.lookUp(deadline: .soon) else {
                Issue.record("none found")
                return
            }
            #expect(found == Secret.credentials())
            #expect(server.requests.map(\.target) == ["GET /get?id=1"])
            #expect(server.requests.map { $0.headers["Authorization"] } == ["Basic SECRET"])
        }
    }

    @Test(arguments: [
        "http://10.0.0.1/", "http://169.254.169.254/", "http://example.com/", "ftp://127.0.0.1/",
        "http://127.0.0.1@example.com/SECRET", "http://169.254.170.2.example.com/", "nonsense",
    ])
    func `plain http to a host that others may be is refused`(url: String) throws {
        let chain = try chain([Self.full: url])
        let text = chain.fault
        #expect(text.hasPrefix("\(Self.full) must be https, or http to localhost"))
    }

    @Test(arguments: [
        (
            StandInAnswer.status(400, #"{"code": "Denied", "message": "bad SECRET-TOKEN"}"#),
            "HTTP status 400: Denied: bad …"
        ),
        (.status(500, "SECRET"), "HTTP status 500"), (.ok("SECRET"), "the answer is not JSON"),
        (.ok(Secret.json(end: "SECRET")), "the answer is not JSON"),
        (.ok(#"{"AccessKeyId": "SECRET"}"#), "the answer is not JSON"),
        (.ok(#"{"AccessKeyId": 1, "SecretAccessKey": "SECRET"}"#), "the answer is not JSON"),
        (.status(302), "HTTP status 302"),
    ])
    func `a broken answer says what is wrong, and repeats no secret`(
        answer: StandInAnswer, expected: String
    ) throws {
        try withStandIn { _ in
            answer
        } _: { server in
            let chain = try chain([Self.full: server.url("/"), Self.token: "SECRET-TOKEN"])
            let text = chain.fault
            #expect(text.hasPrefix("\(Self.full): \(expected)"))
        }
    }

    @Test func `a service that is asked too much is asked again, after as long as it says`() throws {
        let asked = Counter()
        let time = PassingTime()
        try withServer { connection in
            while connection.readRequest() != nil {
                asked.add()
                let isBusy = asked.value == 1
                guard
                    connection.answer(
                        isBusy ? "429 Slow" : "200 OK", isBusy ? "x-amz-retry-after: 700\r\n" : "",
                        body: Array(Secret.json().utf8))
                else { return }
            }
        } _: { server in
            let provider = ContainerCredentials(
                Variables([Self.full: server.url("/")]), http: HTTPClient(),
                timing: ServiceTiming(wait: { time.wait($0) }, share: { 0.5 }))
            guard case .found(let found) = try provider.lookUp(deadline: .soon) else {
                Issue.record("none found")
                return
            }
            #expect(found == Secret.credentials())
            #expect(time.waits == [.milliseconds(700)])
        }
    }

    @Test func `two thousand kilobytes, silence and a missing token file are errors`() throws {
        try withStandIn {
            $0.target == "GET /hang" ? .hang : .ok(String(repeating: " ", count: 2_000_000))
        } _: {
            server in
            let large = try chain([Self.full: server.url("/")])
            #expect(large.fault.contains("tooLarge"))
            let silent = try chain([Self.full: server.url("/hang")])
            let text = error { () throws(CredentialError) in
                try silent.credentials(deadline: .now + .milliseconds(50))
            }
            #expect(text.contains("timeout"))
            let lost = try chain([Self.full: server.url("/"), "\(Self.token)_FILE": "/no/file"])
            #expect(
                lost.fault
                    == "\(Self.token)_FILE names /no/file: No such file or directory")
        }
    }

    @Test(arguments: ["local/SECRET", "http://127.0.0.1/"])
    func `a relative address begins with a slash`(path: String) throws {
        let chain = try chain([Self.relative: path])
        #expect(
            chain.fault == "\(Self.relative) must begin with /")
    }
}
