internal import Glibc
internal import HTTPClient

/// The server's end of one connection, as a script uses it. Belongs to the connection's thread.
package final class ServerConnection {
    /// Counts from 1, in the order in which connections were accepted.
    package let number: Int
    private let descriptor: Int32
    private let record: (RecordedRequest) -> Void
    private var unread: [UInt8] = []
    /// The request that was read last.
    package private(set) var lastRequest: RecordedRequest?

    init(descriptor: Int32, number: Int, record: @escaping (RecordedRequest) -> Void) {
        self.descriptor = descriptor
        self.number = number
        self.record = record
    }

    /// The next request with its body (of an announced length), nil when the client has closed.
    @discardableResult
    package func readRequest() -> RecordedRequest? {
        let end: [UInt8] = Array("\r\n\r\n".utf8)
        var headEnd: Int?
        while headEnd == nil {
            headEnd = unread.indices.first { unread[$0...].starts(with: end) }
            if headEnd == nil, !readMore() { return nil }
        }
        guard let headEnd else { return nil }
        let lines = String(decoding: unread[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        var headers = HTTPHeaders()
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
            headers.append(name: String(parts[0]), value: String(value))
        }
        unread.removeFirst(headEnd + end.count)
        let length = headers["Content-Length"].flatMap { Int($0) } ?? 0
        while unread.count < length { guard readMore() else { return nil } }
        let request = RecordedRequest(
            line: lines.first.map(String.init) ?? "", headers: headers, body: Array(unread[..<length]))
        unread.removeFirst(length)
        lastRequest = request
        record(request)
        return request
    }

    /// All bytes until the other side closes.
    func readToEnd() -> [UInt8] {
        while readMore() {}
        return unread
    }

    /// Sends bytes; whether the client was there to take them.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Sends text.
    @discardableResult
    package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Sends a whole answer with its length.
    @discardableResult
    package func answer(_ status: String = "200 OK", _ headers: String = "", body: [UInt8] = []) -> Bool {
        send("HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.count)\r\n\r\n") && send(body)
    }

    /// Waits until the client closes, the server stops, or so many milliseconds are over.
    ///
    /// - Returns: Whether the connection has ended.
    @discardableResult
    package func waitForClose(milliseconds: Int32 = -1) -> Bool {
        // POLLRDHUP, which glibc shows to GNU sources only.
        var entry = pollfd(fd: descriptor, events: 0x2000, revents: 0)
        return poll(&entry, 1, milliseconds) > 0
    }

    /// Waits for the first bytes, whatever they are, without reading them.
    package func waitForBytes() {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, -1)
    }

    /// Ends this side, and leaves the other one as it is.
    package func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Ends the connection by a reset instead of an orderly close when the script returns.
    package func resetAtEnd() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    private func readMore() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        unread += buffer[..<count]
        return true
    }
}
