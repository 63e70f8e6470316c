import CZlib

/// zlib's decompressor. The stream is on the heap because zlib keeps its address.
struct Inflater: ~Copyable {
    /// What one step came to.
    enum Outcome {
        case more
        case endOfMember
        case corrupt(String)
        case outOfMemory
    }

    /// A step's outcome, and how far it came in its input and its output.
    struct Step {
        let outcome: Outcome
        let consumed: Int
        let produced: Int
    }

    private let stream: UnsafeMutablePointer<z_stream>

    /// Nil when zlib gets no memory (some 40 KB).
    init?() {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15: the largest window; 32: the header tells whether it is gzip or zlib.
        let status = czlib_inflate_init(stream, 15 + 32)
        guard status == Z_OK else {
            stream.deallocate()
            return nil
        }
        self.stream = stream
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Makes ready for the next member.
    func reset() {
        let status = inflateReset(stream)
        precondition(status == Z_OK, "zlib's stream was overwritten")
    }

    func step(from input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Step {
        let available = (input: clamped(input.count), output: clamped(output.count))
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: Bytef.self))
        stream.pointee.avail_in = available.input
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: Bytef.self)
        stream.pointee.avail_out = available.output
        let status = inflate(stream, Z_NO_FLUSH)
        return Step(
            outcome: outcome(of: status), consumed: Int(available.input - stream.pointee.avail_in),
            produced: Int(available.output - stream.pointee.avail_out))
    }

    private func outcome(of status: Int32) -> Outcome {
        switch status {
        case Z_OK, Z_BUF_ERROR: .more
        case Z_STREAM_END: .endOfMember
        case Z_MEM_ERROR: .outOfMemory
        default: .corrupt(stream.pointee.msg.map { String(cString: $0) } ?? "inflate answered \(status)")
        }
    }

    private func clamped(_ count: Int) -> UInt32 { UInt32(clamping: count) }
}
