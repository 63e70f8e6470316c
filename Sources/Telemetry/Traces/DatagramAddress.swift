internal import Glibc

/// An address and port in digits.
struct DatagramAddress {
    private let text: String
    private let host: String
    private let port: String

    init(_ text: String) throws(TraceAddressError) {
        self.text = text
        let parts =
            text.hasPrefix("[")
            ? text.dropFirst().split(separator: "]:", maxSplits: 1, omittingEmptySubsequences: false)
            : text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.first != UInt8(ascii: "+"), let port = UInt16(parts[1]),
            port > 0
        else { throw Self.malformed(text) }
        host = String(parts[0])
        self.port = "\(port)"
    }

    /// A datagram socket that never blocks, connected, so that the kernel reports when nobody is there.
    func connectedSocket() throws(TraceAddressError) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, port, &hints, &found) == 0, let found else { throw Self.malformed(text) }
        defer { freeaddrinfo(found) }
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(found.pointee.ai_family, type, 0)
        guard descriptor >= 0 else { throw failed(errno) }
        guard connect(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0 else {
            let failure = errno
            close(descriptor)
            throw failed(failure)
        }
        return descriptor
    }

    private func failed(_ failure: Int32) -> TraceAddressError {
        TraceAddressError(
            description: "no socket to X-Ray's daemon at \(text): \(String(cString: strerror(failure)))")
    }

    private static func malformed(_ text: String) -> TraceAddressError {
        TraceAddressError(
            description:
                "\(text) is no address of X-Ray's daemon: it must be an IP address and a port, such as "
                + "127.0.0.1:2000 or [::1]:2000")
    }
}

/// Why an address of X-Ray's daemon cannot be used.
package struct TraceAddressError: Error, CustomStringConvertible {
    /// What is wrong and what to do.
    package let description: String
}
