internal import Glibc
internal import Testing

/// Listening sockets on 127.0.0.1.
package enum TCPListener {
    /// Listens on a free port.
    package static func open(backlog: Int32 = 128) throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = loopback(port: 0)
        let bound = withSocketAddress(&address) { bind(descriptor, $0, $1) }
        try #require(bound == 0 && listen(descriptor, backlog) == 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let named = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        try #require(named == 0)
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// A port for a program that has to be told one: free now, and none of those that the kernel gives to whoever asks for any
    /// (`ip_local_port_range` begins at 32768), which another test could get meanwhile.
    package static func unusedPort() throws -> Int {
        for _ in 0..<100 {
            let port = Int.random(in: 12_000..<32_000)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { break }
            defer { close(descriptor) }
            var address = loopback(port: port)
            let isFree = withSocketAddress(&address) { bind(descriptor, $0, $1) } == 0
            if isFree { return port }
        }
        throw Failure("no free port: errno \(errno)")
    }

    /// Starts connecting without waiting; the descriptor of the client's side.
    package static func startConnecting(to port: Int) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, kind, 0)
        var address = loopback(port: port)
        _ = withSocketAddress(&address) { Glibc.connect(descriptor, $0, $1) }
        return descriptor
    }

    /// Connects; the descriptor, nil where nobody listens.
    static func connect(to port: Int) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = loopback(port: port)
        guard withSocketAddress(&address, { Glibc.connect(descriptor, $0, $1) }) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    private static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = UInt16(port).bigEndian
        return address
    }

    private static func withSocketAddress<Value>(
        _ address: inout sockaddr_in,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
    ) -> Value {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
