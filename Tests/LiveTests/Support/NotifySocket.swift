import Glibc
import TestSupport

/// What systemd listens on for `sd_notify`.
final class NotifySocket {
    let path: String
    private let descriptor: Int32
    private(set) var received: [String] = []

    init(path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = try sockaddr_un(path: path)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw Failure("bind \(path): errno \(errno)") }
    }

    deinit { close(descriptor) }

    /// Waits for a message that has such a line.
    func wait(for line: String, within limit: Duration = .seconds(30)) throws {
        try eventually("\(line) on the notify socket, which got \(received)", within: limit) {
            read()
            return received.contains { $0.split(separator: "\n").contains { $0.hasPrefix(line) } }
        }
    }

    /// How many messages have such a line.
    func count(of line: String) -> Int {
        read()
        return received.count { $0.split(separator: "\n").contains { $0.hasPrefix(line) } }
    }

    private func read() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return }
            received.append(String(decoding: buffer.prefix(count), as: UTF8.self))
        }
    }
}

/// A listening socket as systemd makes one: it outlives the workers that it is passed to.
final class ListeningSocket {
    let descriptor: Int32

    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = try sockaddr_un(path: path)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0, listen(descriptor, 128) == 0 else {
            throw Failure("listen \(path): errno \(errno)")
        }
    }

    deinit { close(descriptor) }
}
