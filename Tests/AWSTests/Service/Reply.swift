import Foundation
import Gzip
import TestSupport

/// What a misbehaving service does with one request.
struct Reply: Sendable {
    /// Answers, or not; whether the connection serves more requests.
    let give: @Sendable (ServerConnection) -> Bool

    static let ok = answer(body: "{}")

    static func answer(_ status: String = "200 OK", headers: String = "", body: String) -> Reply {
        answer(status, headers: headers, bytes: Array(body.utf8))
    }

    static func answer(_ status: String = "200 OK", headers: String = "", bytes: [UInt8]) -> Reply {
        Reply { $0.answer(status, headers, body: bytes) }
    }

    static func error(_ code: String, _ message: String = "no", status: Int = 400) -> Reply {
        answer("\(status) Some", body: #"{"__type":"\#(code)","message":"\#(message)"}"#)
    }

    static func status(_ status: Int) -> Reply { answer("\(status) Some", body: "") }

    /// An answer with a checksum, the right one unless told otherwise.
    static func checked(_ bytes: [UInt8], checksum: UInt32? = nil, headers: String = "") -> Reply {
        answer(headers: "x-amz-crc32: \(checksum ?? Gzip.checksum(bytes))\r\n\(headers)", bytes: bytes)
    }

    /// Sends a part of an answer and says no more, for as long as the client stays.
    static func hang(after text: String = "") -> Reply {
        Reply {
            $0.send(text)
            $0.waitForClose()
            return false
        }
    }

    /// Sends a part of an answer and closes.
    static func close(after text: String = "") -> Reply {
        Reply {
            $0.send(text)
            return false
        }
    }

    /// Sends a part of an answer and breaks the connection.
    static func reset(after text: String = "") -> Reply {
        Reply {
            $0.send(text)
            $0.resetAtEnd()
            return false
        }
    }

    /// A byte every now and then.
    static let drip = Reply { connection in
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{")
        while !connection.waitForClose(milliseconds: 5), connection.send(" ") {}
        return false
    }

    static let halfHead = "HTTP/1.1 200 OK\r\nContent-Le"
    static let halfBody = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Items\":"
}
