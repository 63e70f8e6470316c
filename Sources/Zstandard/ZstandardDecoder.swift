internal import CZstandard

/// libzstd's decompressor of one frame after the other (RFC 8878), a step at a time.
///
/// It takes as much memory as the frame's window: 128 MiB at most, which is what the program `zstd` takes unless it is told
/// otherwise. The handle is closed with the decoder.
package struct ZstandardDecoder: ~Copyable {
    /// What one step came to.
    package enum Outcome: Equatable {
        /// The frame goes on: it needs more input, or room.
        case more
        case endOfFrame
        /// Its window is larger than what this decoder takes.
        case windowTooLarge
        case corrupt(String)
        case outOfMemory
    }

    /// A step's outcome, and how far it came in its input and its output.
    package struct Step {
        /// What it came to.
        package let outcome: Outcome
        /// Bytes of the input that need not be given again.
        package let consumed: Int
        /// Bytes of the output that were written.
        package let produced: Int
    }

    /// The largest window, as a power of two.
    private static let windowLog: Int32 = 27

    private let stream: OpaquePointer

    /// Nil when libzstd gets no memory.
    package init?() {
        guard let stream = ZSTD_createDCtx() else { return nil }
        let answer = ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, Self.windowLog)
        guard ZSTD_isError(answer) == 0 else {
            ZSTD_freeDCtx(stream)
            return nil
        }
        self.stream = stream
    }

    deinit { ZSTD_freeDCtx(stream) }

    /// Decompresses some of the input into the output. Behind a frame's end the next step begins another one. After a fault
    /// there is no further step.
    package func step(
        from input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> Step {
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let answer = ZSTD_decompressStream(stream, &target, &source)
        return Step(outcome: outcome(of: answer), consumed: source.pos, produced: target.pos)
    }

    private func outcome(of answer: Int) -> Outcome {
        guard ZSTD_isError(answer) != 0 else { return answer == 0 ? .endOfFrame : .more }
        return switch ZSTD_getErrorCode(answer) {
        case ZSTD_error_frameParameter_windowTooLarge: .windowTooLarge
        case ZSTD_error_memory_allocation: .outOfMemory
        default: .corrupt(String(cString: ZSTD_getErrorName(answer)))
        }
    }
}
