// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Cryptography
import Testing

@Suite struct SealingKeyTests {
    private let key = try! SealingKey(secret: Array(repeating: 7, count: 32), purpose: "test")
    private let message = Array("a message that is longer than one block of the cipher".utf8)

    @Test func `what is sealed opens again, and the same message is sealed alike`() throws {
        for count in 1...message.count {
            let part = Array(message.prefix(count))
            let sealed = try key.seal(part, context: [1])
            #expect(sealed.count == count + SealingKey.overhead)
            #expect(try key.open(sealed, context: [1]) == part)
            #expect(try key.seal(part, context: [1]) == sealed)
        }
    }

    @Test func `any bit changed, any byte missing or added keeps it shut`() throws {
        let sealed = try key.seal(message, context: [1])
        for index in sealed.indices {
            for bit in 0..<8 {
                var changed = sealed
                changed[index] ^= 1 << UInt8(bit)
                #expect(try key.open(changed, context: [1]) == nil)
            }
            #expect(try key.open(Array(sealed.prefix(index)), context: [1]) == nil)
        }
        #expect(try key.open(sealed + [0], context: [1]) == nil)
        #expect(try key.open([], context: [1]) == nil)
    }

    @Test func `another context, purpose or secret keeps it shut`() throws {
        let sealed = try key.seal(message, context: [1])
        #expect(try key.open(sealed, context: [2]) == nil)
        #expect(try key.open(sealed, context: [1, 1]) == nil)
        let others = [
            try SealingKey(secret: Array(repeating: 7, count: 32), purpose: "tes"),
            try SealingKey(secret: Array(repeating: 8, count: 32), purpose: "test"),
            try SealingKey(secret: Array(repeating: 7, count: 33), purpose: "test"),
        ]
        for other in others { #expect(try other.open(sealed, context: [1]) == nil) }
    }

    @Test func `a sealed message shows nothing of it`() throws {
        let zeros = [UInt8](repeating: 0, count: 64)
        let sealed = try key.seal(zeros, context: [1])
        #expect(Set(sealed).count > 20)
        #expect(try key.seal(zeros.dropLast() + [1], context: [1]).prefix(32) != sealed.prefix(32))
    }
}
