import Testing
import Zstandard

@Suite struct ZstandardDecoderTests {
    private static let text = String(repeating: "hello zstd\n", count: 5)
    /// What `zstd -19 --check` makes of it.
    private static let frame: [UInt8] = [
        0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x68, 0x8d, 0x00, 0x00, 0x58, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x20,
        0x7a, 0x73, 0x74, 0x64, 0x0a, 0x01, 0x00, 0xd9, 0x2c, 0x5e, 0x8e, 0xdc, 0xd1, 0x20,
    ]

    /// All that steps of so many bytes give, and the outcome of the last one.
    private func decode(_ bytes: [UInt8], step: Int) -> (String, ZstandardDecoder.Outcome) {
        guard let decoder = ZstandardDecoder() else { return ("", .outOfMemory) }
        var (rest, content) = (bytes[...], [UInt8]())
        var output = [UInt8](repeating: 0, count: step)
        var isIdle = false
        while true {
            let step = rest.prefix(step).withUnsafeBytes { input in
                output.withUnsafeMutableBytes { decoder.step(from: input, into: $0) }
            }
            rest = rest.dropFirst(step.consumed)
            content += output[..<step.produced]
            let isStill = step.consumed == 0 && step.produced == 0
            if step.outcome != .more || isIdle && isStill {
                return (String(decoding: content, as: UTF8.self), step.outcome)
            }
            isIdle = isStill
        }
    }

    @Test(arguments: [1, 7, 100])
    func `a frame is decompressed, in steps of any size`(step: Int) {
        let (content, outcome) = decode(Self.frame, step: step)
        #expect(content == Self.text)
        #expect(outcome == .endOfFrame)
    }

    @Test func `a frame that is cut goes on, and one that is changed is corrupt`() {
        for count in 0..<Self.frame.count {
            #expect(decode(Array(Self.frame.prefix(count)), step: 100).1 == .more)
        }
        var changed = Self.frame
        changed[changed.count - 1] ^= 1
        guard case .corrupt(let reason) = decode(changed, step: 100).1 else {
            Issue.record("a checksum that does not match")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test func `a window of more than 128 MiB is refused`() {
        // A frame's header with a window of 2 GiB, and no block.
        let header: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xA8, 1, 0, 0]
        #expect(decode(header, step: 100).1 == .windowTooLarge)
    }
}
