@testable import AWS
import Testing

@Suite struct MetadataHostTests {
    @Test(arguments: [
        "http://127.0.0.1/", "http://127.9.9.9:80/x", "http://localhost", "HTTP://LocalHost:1/",
        "http://[::1]:8/x",
        "http://169.254.170.2/v2", "http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/v1",
        "http://[FD00:EC2:0::23]", "https://example.com/x", "https://10.0.0.1",
    ])
    func `this machine, ECS, EKS, and anybody over TLS`(url: String) {
        #expect(MetadataHost.isAllowed(url))
    }

    @Test(arguments: [
        "", "http://", "http:///x", "http://10.0.0.1/", "http://169.254.169.254/", "http://169.254.170.3/",
        "http://example.com/127.0.0.1", "http://127.0.0.1.example.com", "http://127.0.0.1@example.com/",
        "http://127.0.0.1:80@example.com/", "http://x@127.0.0.1/", "https://x@127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/", "http://127.1/", "http://0.0.0.0/", "http://[::]/", "http://[fd00:ec2::24]/",
        "http://[::ffff:10.0.0.1]/", "http://[::1", "http://localhost.example.com/", "file:///etc/passwd",
        "http://example.com\\@127.0.0.1/", "http://example.com#@127.0.0.1/", "http://example.com?@127.0.0.1/",
        "http://１27.0.0.1/",
    ])
    func `nobody else`(url: String) {
        #expect(!MetadataHost.isAllowed(url))
    }
}
