import Testing

@testable import HTTPClient

@Suite struct RequestTargetTests {
    @Test func `the same origin, however it is written`() throws {
        let origin = try RequestTarget(url: "https://Example.com/a?b").origin
        #expect(try RequestTarget(url: "HTTPS://example.COM:443/c").origin == origin)
        for other in ["http://example.com/", "https://example.com:8443/", "https://example.org/"] {
            #expect(try RequestTarget(url: other).origin != origin)
        }
        #expect(try RequestTarget(url: "https://example.com/", unixSocketPath: "/s").origin != origin)
    }

    @Test(arguments: [
        ("http://u:p@h/a/../b?q#f", "http://h:80/a/../b"), ("https://[::1]:8000", "https://[::1]:8000/"),
        ("nonsense", "(not a URL)"), ("ftp://h/", "(not a URL)"),
    ])
    func `what is shown of a URL`(url: String, shown: String) {
        #expect(RequestTarget.redacted(url) == shown)
    }

    @Test(arguments: [
        (Duration.zero, 0), (.nanoseconds(1), 1), (.milliseconds(1), 1), (.microseconds(1001), 2),
        (.seconds(-1), -1000), (.seconds(30), 30_000), (.seconds(Int64.max), Int(Int64.max / 2)),
    ])
    func `milliseconds are rounded up and never overflow`(duration: Duration, expected: Int) {
        #expect(duration.wholeMilliseconds == expected)
    }
}
