/// Looks at a request before libfcgi reads it, at every record: BEGIN_REQUEST, the stream of parameters and the stream of
/// the body to its end (FastCGI 1.0, sections 3.3, 3.4 and 5.1 to 5.3), as web servers send them.
///
/// libfcgi 2.4 believes the lengths that a parameter states, answers records of the web server's own from a buffer that
/// can be too small for them, and forgets a record's padding where a stream begins or ends, so that it takes the padding
/// for the next record. What is not whole and true is not for it. See docs/decisions/0032.
struct RequestRecords {
    enum State {
        /// All of it is there, the lengths are true, and nothing comes after it.
        case complete
        /// It is right as far as it goes.
        case incomplete
        /// The parameters are there, and more of a body comes than is taken.
        case bodyTooLarge
        case malformed
    }

    private enum Part: UInt8 {
        // The types of its records.
        case begin = 1
        case parameters = 4
        case body = 5
    }

    /// More than nginx lets the parameters of a request have (65,535 bytes), with the records around them.
    static let headLimit = 96 * 1024

    private(set) var state = State.incomplete
    private var part = Part.begin
    private var pairs = Pairs()
    private var bodyByteCount = 0
    private let bodyLimit: Int

    /// Whether the parameters are there, whole.
    var hasParameters: Bool { part == .body && state != .malformed }

    /// Looks at the bytes from a request's first one on.
    init(_ bytes: UnsafeRawBufferPointer, bodyLimit: Int) {
        self.bodyLimit = bodyLimit
        var start = 0
        while state == .incomplete, start + 8 <= bytes.count {
            let header = UnsafeRawBufferPointer(rebasing: bytes[start..<start + 8])
            let length = Int(header[4]) << 8 | Int(header[5])
            let end = start + 8 + length
            guard isExpected(header, length: length, request: bytes[3]),
                part == .body || end <= Self.headLimit
            else {
                state = .malformed
                return
            }
            if part == .body, bodyByteCount + length > bodyLimit {
                state = .bodyTooLarge
                return
            }
            guard end <= bytes.count else { return }
            read(UnsafeRawBufferPointer(rebasing: bytes[start + 8..<end]))
            start = end + Int(header[6])
        }
        // A web server sends no request before it has the answer to the one before.
        if state == .complete, start < bytes.count { state = .malformed }
    }

    /// Version 1, one id, the type of the part that is due, and no padding where libfcgi would not pass over it.
    private func isExpected(_ header: UnsafeRawBufferPointer, length: Int, request: UInt8) -> Bool {
        guard header[0] == 1, header[1] == part.rawValue else { return false }
        guard header[2] == 0, header[3] == request, request > 0 else { return false }
        guard part == .begin || length == 0 else { return true }
        return header[6] == 0 && (part != .begin || length == 8)
    }

    private mutating func read(_ content: UnsafeRawBufferPointer) {
        switch part {
        case .begin:
            // The role of a responder: the others have other streams.
            guard content[0] == 0, content[1] == 1 else { return state = .malformed }
            part = .parameters
        case .parameters where content.isEmpty:
            guard pairs.isWhole else { return state = .malformed }
            part = .body
        case .parameters:
            if !pairs.read(content) { state = .malformed }
        case .body where content.isEmpty: state = .complete
        case .body: bodyByteCount += content.count
        }
    }

    /// Names and values, each with its length before it, in pieces.
    private struct Pairs {
        /// Bytes of a name and its value that are still to come.
        private var left = 0
        /// The length that is being read, and how many of its bytes are missing.
        private var length = 0
        private var missing = 0
        /// The name's length, once it is read and the value's is not.
        private var nameLength: Int?

        /// Whether nothing is missing of the last one.
        var isWhole: Bool { left == 0 && missing == 0 && nameLength == nil }

        /// Reads on; false when a length is more than any request has.
        mutating func read(_ content: UnsafeRawBufferPointer) -> Bool {
            var index = 0
            while index < content.count {
                if left > 0 {
                    let step = min(left, content.count - index)
                    left -= step
                    index += step
                    continue
                }
                readLength(content[index])
                index += 1
                guard left <= RequestRecords.headLimit, nameLength ?? 0 <= RequestRecords.headLimit else {
                    return false
                }
            }
            return true
        }

        /// One byte of a length: one below 128 is all of it, another the first of four.
        private mutating func readLength(_ byte: UInt8) {
            if missing > 0 {
                length = length << 8 | Int(byte)
                missing -= 1
            } else {
                length = Int(byte & 0x7F)
                missing = byte < 0x80 ? 0 : 3
            }
            guard missing == 0 else { return }
            guard let nameLength else {
                self.nameLength = length
                return
            }
            left = nameLength + length
            self.nameLength = nil
        }
    }
}
