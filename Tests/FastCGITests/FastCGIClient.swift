import Foundation
import Testing

/// One connection that speaks FastCGI 1.0 as a web server does.
final class FastCGIClient: Sendable {
    struct Reply: Equatable {
        var output: [UInt8] = []
        var isComplete = false

        /// What stands after the header block.
        var body: [UInt8] {
            let end = Array("\r\n\r\n".utf8)
            let start = output.indices.first { output[$0...].starts(with: end) }
            return start.map { Array(output[($0 + end.count)...]) } ?? []
        }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    enum Kind: UInt8 {
        case begin = 1, abort, end, parameters, input, output, error
    }

    let descriptor: Int32

    /// Nil when nobody listens.
    init?(path: String) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // A test that waits for an answer that never comes fails instead of hanging, before the server gives up (30 s).
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        // deinit closes it here too.
        guard connected == 0 else { return nil }
    }

    deinit {
        close(descriptor)
    }

    /// Sends a request and reads its reply.
    func ask(_ parameters: [String: String] = [:], body: [UInt8] = [], keepAlive: Bool = true) -> Reply {
        guard send(Self.request(parameters, body: body, keepAlive: keepAlive)) else { return Reply() }
        return reply()
    }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Reads records until the request's end, or the connection's.
    func reply() -> Reply {
        var reply = Reply()
        while let header = read(8) {
            let length = Int(header[4]) << 8 | Int(header[5])
            guard let content = read(length), read(Int(header[6])) != nil else { break }
            switch Kind(rawValue: header[1]) {
            case .output: reply.output += content
            case .end:
                reply.isComplete = true
                return reply
            default: break
            }
        }
        return reply
    }

    /// So many bytes as they come; fewer when the connection ends before.
    func readBytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: max(1, count)) { buffer, filled in
            filled = 0
            while filled < count {
                let got = Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled)
                guard got > 0 else { return }
                filled += got
            }
        }
    }

    /// Whether the server has closed the connection, waiting for it if need be.
    var isClosed: Bool { read(1) == nil && errno != EAGAIN }

    /// Nothing more comes from this side.
    func shutSending() -> Bool { shutdown(descriptor, Int32(SHUT_WR)) == 0 }

    /// Ends this side.
    func shut() -> Bool { shutdown(descriptor, Int32(SHUT_RDWR)) == 0 }

    private func read(_ count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var chunk = [UInt8](repeating: 0, count: count - bytes.count)
            errno = 0
            let got = Glibc.read(descriptor, &chunk, chunk.count)
            guard got > 0 else { return nil }
            bytes += chunk.prefix(got)
        }
        return bytes
    }

    // MARK: Records

    static func request(_ parameters: [String: String], body: [UInt8], keepAlive: Bool = true) -> [UInt8] {
        var parameters = parameters
        if !body.isEmpty, parameters["CONTENT_LENGTH"] == nil {
            parameters["CONTENT_LENGTH"] = String(body.count)
        }
        return record(.begin, [0, 1, keepAlive ? 1 : 0, 0, 0, 0, 0, 0])
            + stream(.parameters, parameters.flatMap { pair($0, $1) }) + stream(.input, body)
    }

    /// A stream's records, with the empty one that ends it.
    static func stream(_ kind: Kind, _ content: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: content.count, by: 65_528) {
            bytes += record(kind, Array(content[start..<min(start + 65_528, content.count)]))
        }
        return bytes + record(kind, [])
    }

    static func record(_ kind: Kind, _ content: [UInt8]) -> [UInt8] {
        let padding = (8 - content.count % 8) % 8
        return [
            1, kind.rawValue, 0, 1, UInt8(content.count >> 8), UInt8(content.count & 255), UInt8(padding), 0,
        ] + content + [UInt8](repeating: 0, count: padding)
    }

    static func pair(_ name: String, _ value: String) -> [UInt8] {
        func length(_ count: Int) -> [UInt8] {
            count < 128
                ? [UInt8(count)]
                : [
                    UInt8(count >> 24) | 0x80, UInt8(count >> 16 & 255), UInt8(count >> 8 & 255),
                    UInt8(count & 255),
                ]
        }
        return length(name.utf8.count) + length(value.utf8.count) + Array(name.utf8) + Array(value.utf8)
    }
}
