/// Looks at what a request begins with, before libfcgi reads it: BEGIN_REQUEST and the stream of parameters (FastCGI
/// 1.0, sections 3.3, 3.4 and 5.1 and 5.2), as web servers send them.
///
/// libfcgi 2.4 believes the lengths that a parameter states: it allocates as much as they say and ends the process when
/// it cannot. What is not whole and true is not for it.
struct RequestHead {
    enum State {
        /// All of it is there, and the lengths are true.
        case complete
        /// It is right as far as it goes.
        case incomplete
        case malformed
    }

    /// More than nginx lets any request have: the bytes of parameters, and of the records around them.
    static let byteLimit = 512 * 1024

    private(set) var state = State.incomplete
    private var pairs = Pairs()

    /// Looks at the bytes from a request's first one on.
    init(_ bytes: UnsafeRawBufferPointer) {
        var start = 0
        while state == .incomplete, start + 8 <= bytes.count {
            let length = Int(bytes[start + 4]) << 8 | Int(bytes[start + 5])
            let end = start + 8 + length
            let header = UnsafeRawBufferPointer(rebasing: bytes[start..<start + 8])
            guard isExpected(header, length: length, isFirst: start == 0, request: bytes[3]) else {
                state = .malformed
                return
            }
            guard end <= bytes.count else { return }
            if start > 0 { read(UnsafeRawBufferPointer(rebasing: bytes[start + 8..<end])) }
            start = end + Int(header[6])
        }
    }

    /// Version 1, an id, and first BEGIN_REQUEST with its eight bytes, then PARAMS alone, all of one request.
    private func isExpected(
        _ header: UnsafeRawBufferPointer, length: Int, isFirst: Bool, request: UInt8
    ) -> Bool {
        guard header[0] == 1, header[2] == 0, header[3] == request, request > 0 else { return false }
        return isFirst ? header[1] == 1 && length == 8 : header[1] == 4
    }

    private mutating func read(_ content: UnsafeRawBufferPointer) {
        if content.isEmpty {
            state = pairs.isWhole ? .complete : .malformed
        } else if !pairs.read(content) {
            state = .malformed
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
                guard left <= RequestHead.byteLimit, nameLength ?? 0 <= RequestHead.byteLimit else {
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
