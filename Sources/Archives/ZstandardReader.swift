internal import Gzip
internal import Zstandard

/// Reads what is compressed with zstd, in chunks of the caller's size: any number of frames, one after another.
struct ZstandardReader: ~Copyable {
    private enum State { case betweenFrames, insideFrame, ended }

    private var input: InputBuffer
    private let decoder: ZstandardDecoder
    private var state = State.betweenFrames

    /// How many of the source's bytes have been consumed.
    var sourceBytesRead: Int64 { input.bytesTaken }

    /// At the beginning of a source, of which nothing has been taken.
    init(_ input: consuming InputBuffer) throws(GzipError) {
        guard let decoder = ZstandardDecoder() else {
            throw GzipError(
                .outOfMemory, format: "zstd", name: input.name, offset: 0, reason: "zstd got no memory")
        }
        self.decoder = decoder
        self.input = input
    }

    /// Whether a source begins as a frame does, or as one that is skipped (RFC 8878, 3.1).
    static func isBeginning(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= 4 else { return false }
        let isFrame = bytes[0] == 0x28 && bytes[1] == 0xB5 && bytes[2] == 0x2F && bytes[3] == 0xFD
        let isSkipped = bytes[0] & 0xF0 == 0x50 && bytes[1] == 0x2A && bytes[2] == 0x4D && bytes[3] == 0x18
        return isFrame || isSkipped
    }

    /// The next bytes: at least one, or none at the end; and a fault behind them.
    mutating func read(into output: UnsafeMutableRawBufferPointer) -> (Int, GzipError?) {
        do throws(GzipError) {
            while state != .ended {
                if state == .betweenFrames {
                    guard try input.need(1) else {
                        state = .ended
                        break
                    }
                    guard try input.need(4), Self.isBeginning(input.bytes) else {
                        throw fault(.corrupt, "what follows the last frame is not zstd")
                    }
                    state = .insideFrame
                }
                let (produced, failure) = try decode(into: output)
                if produced > 0 || failure != nil { return (produced, failure) }
            }
            return (0, nil)
        } catch {
            return (0, error)
        }
    }

    private mutating func decode(
        into output: UnsafeMutableRawBufferPointer
    ) throws(GzipError) -> (Int, GzipError?) {
        // A step without input may still give what the decoder holds back, so it comes before reading.
        let step = decoder.step(from: input.bytes, into: output)
        input.take(step.consumed)
        switch step.outcome {
        case .endOfFrame: state = .betweenFrames
        case .corrupt(let reason): return (step.produced, fault(.corrupt, reason))
        case .outOfMemory: return (step.produced, fault(.outOfMemory, "zstd got no memory"))
        case .windowTooLarge:
            let advice = "compress it without --long, or with --long=27 at most"
            return (0, fault(.unsupported, "needs more than 128 MiB of memory to be read: \(advice)"))
        case .more where step.produced == 0 && step.consumed == 0:
            guard try input.need(input.bytes.count + 1) else { throw truncated() }
        case .more: break
        }
        return (step.produced, nil)
    }

    private func truncated() -> GzipError { fault(.truncated, "the file ends inside a frame") }

    private func fault(_ code: GzipError.Code, _ reason: String) -> GzipError {
        GzipError(code, format: "zstd", name: input.name, offset: input.bytesTaken, reason: reason)
    }
}
