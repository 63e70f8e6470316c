internal import CFastCGI
internal import Glibc

/// A request that is being answered. Valid only inside the handler's call, on the handler's thread.
package struct IncomingRequest: ~Copyable {
    private let request: UnsafeMutablePointer<FCGX_Request>
    private let parameters: Parameters
    /// What the handler hands on before it does what may take longer than a hit.
    package let turn: Turn
    /// The number of the server's thread that answers it, from 0 on.
    package let thread: Int
    /// The most bytes that its body has; nil when it has more than are taken.
    private let bodyLimit: Int?

    init(_ request: UnsafeMutablePointer<FCGX_Request>, thread: Int, bodyLimit: Int?, turn: Turn) {
        self.turn = turn
        self.request = request
        parameters = Parameters(request.pointee.envp)
        self.thread = thread
        self.bodyLimit = bodyLimit
    }

    /// The value of a FastCGI parameter, or nil when the server sent none. Bytes that are no UTF-8 become U+FFFD, so that
    /// a value which nobody can mean is not taken for none. Of two with one name, the first.
    package func parameter(_ name: StaticString) -> String? {
        parameters.first(name).map { String(cString: $0) }
    }

    /// The bytes of a FastCGI parameter as they came; empty when the server sent none.
    package func bytes(of name: StaticString) -> [UInt8] {
        guard let pointer = parameters.first(name) else { return [] }
        let length = strlen(pointer)
        return pointer.withMemoryRebound(to: UInt8.self, capacity: length) {
            Array(UnsafeBufferPointer(start: $0, count: length))
        }
    }

    /// The values of a header that is a list (RFC 9110 section 5.3), with a comma between those of different lines: a web
    /// server sends each line as a parameter of its own. Nil when there is no such line.
    package func list(_ name: StaticString) -> String? {
        guard let first = parameter(name) else { return nil }
        guard isRepeated(name) else { return first }
        var lines: [String] = []
        parameters.forEachValue(of: name) { lines.append(String(cString: $0)) }
        return lines.joined(separator: ", ")
    }

    /// Whether the server sent a parameter more than once, as it does with a header that came in several lines.
    package func isRepeated(_ name: StaticString) -> Bool {
        var count = 0
        parameters.forEachValue(of: name) { _ in count += 1 }
        return count > 1
    }

    /// Why a body could not be read.
    package enum BodyError: Error {
        /// It has more bytes than the server takes.
        case tooLarge
        /// It has another length than was announced.
        case incomplete
    }

    /// Reads the body. May be called once.
    package func body() throws(BodyError) -> [UInt8] {
        let announced = parameter("CONTENT_LENGTH").flatMap { Int($0) }
        guard let bodyLimit, announced ?? 0 <= bodyLimit else { throw .tooLarge }
        // One byte more than announced shows a body that is longer than it said.
        let room = max(0, announced ?? bodyLimit) + 1
        let body = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            count = 0
            buffer.withMemoryRebound(to: CChar.self) { characters in
                count = Int(FCGX_GetStr(characters.baseAddress, Int32(room), request.pointee.in))
            }
        }
        guard announced == nil || body.count == announced else { throw .incomplete }
        return body
    }
}
