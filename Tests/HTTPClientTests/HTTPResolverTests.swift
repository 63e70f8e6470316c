import Foundation
import Glibc
import HTTPClient
import Testing

@Suite struct HTTPResolverTests {
    /// A name server that takes questions and never answers, for this process and thread alone.
    ///
    /// - Returns: False where the process may not have a mount namespace of its own.
    private static func hangResolver() throws -> Bool {
        // glibc shows unshare to GNU sources only. After CLONE_NEWNS no mount made here is seen outside.
        typealias Unshare = @convention(c) (Int32) -> Int32
        guard let unshare = dlsym(nil, "unshare"), unsafeBitCast(unshare, to: Unshare.self)(0x0002_0000) == 0,
            mount("none", "/", nil, UInt(MS_REC | MS_PRIVATE), nil) == 0
        else { return false }
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.98.76.54")
        address.sin_port = UInt16(53).bigEndian
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        let file = "/tmp/audit-query-resolv-\(getpid())"
        try "nameserver 127.98.76.54\n".write(toFile: file, atomically: false, encoding: .utf8)
        defer { unlink(file) }
        return bound == 0 && mount(file, "/etc/resolv.conf", nil, UInt(MS_BIND), nil) == 0
    }

    @Test(.enabled(if: geteuid() == 0, "a mount namespace needs root"))
    func `a name lookup that hangs ends with the deadline`() async {
        await #expect(processExitsWith: .success) {
            guard try HTTPResolverTests.hangResolver() else { return }
            let request = HTTPRequest(url: "http://hangs.example/", deadline: .now + .seconds(2))
            let (error, elapsed) = try failure(of: request)
            try #require(error.code == .timeout && error.stage == .resolve, "\(error)")
            // The system's resolver gives up after ten seconds.
            try #require(elapsed < .seconds(9), "\(elapsed)")
        }
    }
}
