internal import CFastCGI
internal import Glibc

/// A request that is being answered. Valid only inside the handler's call, on the handler's thread.
public struct IncomingRequest: ~Copyable {
    private let request: UnsafeMutablePointer<FCGX_Request>
    /// The number of the server's thread that answers it, from 0 on.
    public let thread: Int

    init(_ request: UnsafeMutablePointer<FCGX_Request>, thread: Int) {
        self.request = request
        self.thread = thread
    }

    /// The value of a FastCGI parameter, or nil when the server sent none or no valid UTF-8.
    /// Costs a walk over all parameters.
    public func parameter(_ name: StaticString) -> String? {
        pointer(to: name).flatMap { String(validatingCString: $0) }
    }

    /// The bytes of a FastCGI parameter as they came; empty when the server sent none.
    public func bytes(of name: StaticString) -> [UInt8] {
        guard let pointer = pointer(to: name) else { return [] }
        let length = strlen(pointer)
        return pointer.withMemoryRebound(to: UInt8.self, capacity: length) {
            Array(UnsafeBufferPointer(start: $0, count: length))
        }
    }

    /// Why a body could not be read.
    public enum BodyError: Error {
        /// It has more bytes than the limit.
        case tooLarge
        /// The connection ended before the announced length.
        case incomplete
    }

    /// Reads the body, at most `limit` bytes. May be called once.
    public func body(limit: Int) throws(BodyError) -> [UInt8] {
        let announced = parameter("CONTENT_LENGTH").flatMap { Int($0) } ?? 0
        guard announced <= limit else { throw .tooLarge }
        // One byte more than allowed shows a body that is longer than it said.
        let room = limit + 1
        let body = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            count = 0
            buffer.withMemoryRebound(to: CChar.self) { characters in
                count = Int(FCGX_GetStr(characters.baseAddress, Int32(room), request.pointee.in))
            }
        }
        guard body.count <= limit else { throw .tooLarge }
        guard body.count >= announced else { throw .incomplete }
        return body
    }

    private func pointer(to name: StaticString) -> UnsafeMutablePointer<CChar>? {
        name.withUTF8Buffer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { FCGX_GetParam($0.baseAddress, request.pointee.envp) }
        }
    }
}
