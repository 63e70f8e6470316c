@testable import FastCGI
import Testing

@Suite struct RequestRecordsTests {
    private func state(_ bytes: some Collection<UInt8>) -> RequestRecords.State {
        Array(bytes).withUnsafeBytes { RequestRecords($0, bodyLimit: 1000).state }
    }

    private let parameters = [
        "REQUEST_METHOD": "GET", "EMPTY": "", "LONG": String(repeating: "é", count: 40_000),
        String(repeating: "N", count: 127): "1", String(repeating: "N", count: 128): "2",
    ]

    @Test func `a request is complete at the end of its body, incomplete before, and malformed after`() {
        for parameters in [[:], ["X": "1"], parameters] {
            for size in [0, 1, 3, 1000] {
                let request = FastCGIClient.request(parameters, body: Array(repeating: 1, count: size))
                #expect(state(request) == .complete)
                let near = [request.count - 1, request.count - 9, request.count - 8 - size]
                for count in Array(0..<min(request.count, 300)) + near {
                    let beginning = Array(request.prefix(count))
                    #expect(state(beginning) == .incomplete, "\(count) bytes of \(request.count)")
                }
                #expect(state(request + [1]) == .malformed)
            }
        }
    }

    @Test func `a body is too large as soon as a record says so`() {
        let head = Array(FastCGIClient.request(["X": "1"], body: []).dropLast(8))
        let half = FastCGIClient.record(.input, Array(repeating: 1, count: 500))
        func stating(_ header: [UInt8]) -> RequestRecords.State { state(head + header) }
        #expect(stating([1, 5, 0, 1, 3, 0xE8, 0, 0]) == .incomplete)
        #expect(stating([1, 5, 0, 1, 3, 0xE9, 0, 0]) == .bodyTooLarge)
        #expect(state(head + half + half) == .incomplete)
        #expect(state(head + half + half + FastCGIClient.record(.input, [1])) == .bodyTooLarge)
        #expect(stating([1, 5, 0, 2, 0xFF, 0xFF, 0, 0]) == .malformed)
    }

    private static let begin = FastCGIClient.record(.begin, [0, 1, 1, 0, 0, 0, 0, 0])
    private static let end = FastCGIClient.record(.parameters, [])

    private static let malformed: [[UInt8]] = [
        FastCGIClient.record(.parameters, []), begin + begin, begin + FastCGIClient.record(.input, []),
        begin + FastCGIClient.record(.abort, []), FastCGIClient.record(.begin, [0, 1]),
        [2] + Array(begin.dropFirst()), [1, 9, 0, 0, 0, 0, 0, 0], [1, 1, 0, 0, 0, 8, 0, 0],
        begin + [1, 4, 0, 2, 0, 0, 0, 0], begin + [1, 4, 1, 1, 0, 0, 0, 0],
        // Other roles have other streams.
        FastCGIClient.record(.begin, [0, 2, 1, 0, 0, 0, 0, 0]),
        FastCGIClient.record(.begin, [1, 1, 1, 0, 0, 0, 0, 0]),
        // Padding that libfcgi would not pass over.
        [1, 1, 0, 1, 0, 8, 1, 0], begin + [1, 4, 0, 1, 0, 0, 1, 0], begin + end + [1, 5, 0, 1, 0, 0, 1, 0],
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
    func `what is no request, or states lengths that are not true, is malformed`(_ bytes: [UInt8]) {
        #expect(state(bytes) == .malformed)
    }

    @Test func `however a stream is cut into records, it is read alike`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var pairs: [UInt8] = []
            for _ in 0..<Int.random(in: 0...5, using: &random) {
                let length = [0, 1, 127, 128, 300, 15_000].randomElement(using: &random) ?? 0
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
            let whole = bytes + Self.end + FastCGIClient.record(.input, [])
            #expect(state(whole) == (isCut ? .malformed : .complete))
        }
    }
}
