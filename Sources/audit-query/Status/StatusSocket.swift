import FastCGI
import Files
import Foundation
import Synchronization

/// Shows the worker to whoever may open its socket: the worker's user and group. Speaks HTTP/1.0, so that curl and
/// nginx read it too, one connection at a time on a thread of its own.
final class StatusSocket: Sendable {
    /// A page: what it is asked as, its media type, and what makes it. Of several with one path, the one is sent whose type
    /// the request accepts by name, else the last of them.
    struct Page: Sendable {
        let path: String
        let type: String
        let content: @Sendable () -> [UInt8]
    }

    /// Bytes of a request's head at most.
    private static let headLimit = 4096

    private let isStopped = Atomic(false)
    private let stopped = DispatchSemaphore(value: 0)

    /// Shows pages to whoever connects, until it is stopped.
    init(listener: consuming ListeningSocket, pages: [Page]) {
        // A closure may not take over what cannot be copied; a box may.
        let owned = Mutex<ListeningSocket?>(listener)
        let thread = Thread { [weak self, stopped] in
            defer { stopped.signal() }
            let taken = owned.withLock { $0.take() }
            guard let taken else { return }
            while self?.isStopped.load(ordering: .relaxed) == false {
                guard let connection = taken.accept(within: 200) else { continue }
                Self.serve(connection, pages)
                close(connection)
            }
        }
        thread.name = "status"
        thread.start()
    }

    /// Takes the socket away, and waits until it is gone.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
        _ = stopped.wait(timeout: .now() + .seconds(3))
    }

    private static func serve(_ connection: Int32, _ pages: [Page]) {
        // Whoever asks and does not go on is let go.
        var limit = timeval(tv_sec: 1, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(connection, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        guard let head = head(connection), let line = head.first else { return }
        let words = line.split(separator: " ")
        guard words.count == 3, words[0] == "GET" else {
            return send(connection, "400 Bad Request", "text/plain", Array("Send GET and a path.\n".utf8))
        }
        let accepted = head.dropFirst().filter { $0.lowercased().hasPrefix("accept:") }.joined()
        let found = pages.filter { $0.path == words[1] }
        guard let page = found.first(where: { $0.isNamed(in: accepted) }) ?? found.last else {
            let paths = Set(pages.map(\.path)).sorted().joined(separator: ", ")
            return send(connection, "404 Not Found", "text/plain", Array("There are \(paths).\n".utf8))
        }
        send(connection, "200 OK", page.type, page.content())
    }

    /// The lines of a request's head, which is read to its end: closing on unread bytes would take the answer back.
    private static func head(_ connection: Int32) -> [String]? {
        var head: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: headLimit)
        while head.count < headLimit {
            let count = read(connection, &buffer, headLimit - head.count)
            guard count > 0 else { return nil }
            head += buffer[..<count]
            if head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
                return head.split(separator: UInt8(ascii: "\r")).map {
                    String(decoding: $0.drop { $0 == UInt8(ascii: "\n") }, as: UTF8.self)
                }
            }
        }
        return nil
    }

    private static func send(_ connection: Int32, _ status: String, _ type: String, _ body: [UInt8]) {
        let head =
            "HTTP/1.0 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.count)\r\n"
            + "Cache-Control: no-store\r\n\r\n"
        // Whoever goes away meanwhile gets no more.
        _ = writeAll(Array(head.utf8) + body, to: connection)
    }
}

extension StatusSocket.Page {
    /// Whether its media type, without parameters, stands in what a request accepts.
    fileprivate func isNamed(in accepted: String) -> Bool {
        accepted.lowercased().contains(type.prefix { $0 != ";" })
    }
}
