@testable import FastCGI
import Testing

@Suite struct RequestHeadTests {
    private func state(_ bytes: some Collection<UInt8>) -> RequestHead.State {
        Array(bytes).withUnsafeBytes { RequestHead($0).state }
    }

    private let parameters = [
        "REQUEST_METHOD": "GET", "EMPTY": "", "LONG": String(repeating: "é", count: 100_000),
        String(repeating: "N", count: 127): "1", String(repeating: "N", count: 128): "2",
    ]

    @Test func `A request is complete from the end of its parameters on, and incomplete before`() {
        for parameters in [[:], ["X": "1"], parameters] {
            let head =
                FastCGIClient.record(.begin, [0, 1, 1, 0, 0, 0, 0, 0])
                + FastCGIClient.stream(.parameters, parameters.flatMap { FastCGIClient.pair($0, $1) })
            #expect(state(head) == .complete)
            #expect(state(head + FastCGIClient.stream(.input, [1, 2, 3])) == .complete)
            for count in Set((0..<min(head.count, 300)).map { $0 } + [head.count - 9, head.count - 1]) {
                #expect(state(head.prefix(count)) == .incomplete, "the first \(count) bytes of \(head.count)")
            }
        }
    }

    private static let begin = FastCGIClient.record(.begin, [0, 1, 1, 0, 0, 0, 0, 0])
    private static let end = FastCGIClient.record(.parameters, [])

    private static let malformed: [[UInt8]] = [
        FastCGIClient.record(.parameters, []), begin + begin, begin + FastCGIClient.record(.input, []),
        begin + FastCGIClient.record(.abort, []), FastCGIClient.record(.begin, [0, 1]),
        [2] + Array(begin.dropFirst()), [1, 9, 0, 0, 0, 0, 0, 0], [1, 1, 0, 0, 0, 8, 0, 0],
        begin + [1, 4, 0, 2, 0, 0, 0, 0], begin + [1, 4, 1, 1, 0, 0, 0, 0],
        begin + FastCGIClient.record(.parameters, [5, 5, 65, 66]) + end,
        begin + FastCGIClient.record(.parameters, [200]) + end,
        begin + FastCGIClient.record(.parameters, [1]) + end,
        begin + FastCGIClient.record(.parameters, [1, 1, 65]) + end,
        // Lengths that nothing has, alone and together.
        begin + FastCGIClient.record(.parameters, [0xFF, 0xFF, 0xFF, 0xFF]),
        begin + FastCGIClient.record(.parameters, [0, 0xFF, 0xFF, 0xFF, 0xFF]),
        begin + FastCGIClient.record(.parameters, [0xBF, 0xFF, 0xFF, 0xFF, 0xC0, 0, 0, 0]),
        begin + FastCGIClient.record(.parameters, [0x80, 8, 0, 1]),
    ]

    @Test(arguments: malformed)
    func `What is no request, or states lengths that are not true, is malformed`(_ bytes: [UInt8]) {
        #expect(state(bytes) == .malformed)
    }

    @Test func `However a stream is cut into records, it is read alike`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var pairs: [UInt8] = []
            for _ in 0..<Int.random(in: 0...5, using: &random) {
                let length = [0, 1, 127, 128, 300, 70_000].randomElement(using: &random) ?? 0
                pairs += FastCGIClient.pair("name", String(repeating: "v", count: length))
            }
            let isCut = Bool.random(using: &random) && !pairs.isEmpty
            if isCut { pairs.removeLast() }
            var bytes = Self.begin
            var rest = pairs[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...40_000, using: &random))
                bytes += FastCGIClient.record(.parameters, Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            #expect(state(bytes) == .incomplete)
            #expect(state(bytes + Self.end) == (isCut ? .malformed : .complete))
        }
    }
}
