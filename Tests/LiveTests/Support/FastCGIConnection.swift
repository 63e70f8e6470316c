import Glibc
import TestSupport

/// A connection to a worker's socket that speaks FastCGI as nginx does, but record by record, so that a test
/// can stop in the middle of a request.
final class FastCGIConnection {
    private let descriptor: Int32

    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = try sockaddr_un(path: path)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // deinit closes it here too.
        guard result == 0 else { throw Failure("connect \(path): \(String(cString: strerror(errno)))") }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// BEGIN_REQUEST and the whole of PARAMS.
    func begin(_ parameters: [String: String], keepsConnection: Bool = false) throws {
        try write(type: 1, [0, 1, keepsConnection ? 1 : 0, 0, 0, 0, 0, 0])
        var content: [UInt8] = []
        for (name, value) in parameters {
            for text in [name, value] {
                let count = UInt32(text.utf8.count)
                content +=
                    count < 128
                    ? [UInt8(count)] : withUnsafeBytes(of: (count | 1 << 31).bigEndian, Array.init)
            }
            content += Array(name.utf8) + Array(value.utf8)
        }
        try write(type: 4, content)
        try write(type: 4, [])
    }

    /// Bytes as they are, as far as the worker takes them.
    func sendRaw(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Nothing more comes.
    func closeSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// A piece of STDIN; an empty one ends it.
    func sendBody(_ bytes: some Sequence<UInt8>) throws {
        try write(type: 5, Array(bytes))
    }

    /// Reads to END_REQUEST: all of STDOUT.
    func reply() throws -> String {
        var output: [UInt8] = []
        while true {
            let header = try read(8)
            let content = try read(Int(header[4]) << 8 | Int(header[5]))
            _ = try read(Int(header[6]))
            if header[1] == 6 { output += content }
            if header[1] == 3 { return String(decoding: output, as: UTF8.self) }
        }
    }

    /// A whole GET.
    func get(_ path: String, key: String? = nil, keepsConnection: Bool = false) throws -> String {
        var parameters = ["REQUEST_METHOD": "GET", "REQUEST_URI": path, "REQUEST_ID": "live-test"]
        if let key { parameters["HTTP_X_API_KEY"] = key }
        if let query = path.split(separator: "?").dropFirst().first {
            parameters["QUERY_STRING"] = String(query)
        }
        try begin(parameters, keepsConnection: keepsConnection)
        try sendBody([])
        return try reply()
    }

    private func write(type: UInt8, _ content: [UInt8]) throws {
        var rest = ([1, type, 0, 1, UInt8(content.count >> 8), UInt8(content.count & 255), 0, 0] + content)[
            ...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure("the worker does not take the request: errno \(errno)") }
            rest = rest.dropFirst(count)
        }
    }

    private func read(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var piece = [UInt8](repeating: 0, count: count - bytes.count)
            let got = recv(descriptor, &piece, piece.count, 0)
            guard got > 0 else {
                throw Failure("the worker closed the connection after \(bytes.count) bytes")
            }
            bytes += piece.prefix(got)
        }
        return bytes
    }
}

extension sockaddr_un {
    init(path: String) throws {
        self.init()
        sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: sun_path) else {
            throw Failure("\(path) is too long")
        }
        withUnsafeMutableBytes(of: &sun_path) { $0.copyBytes(from: path.utf8) }
    }
}
