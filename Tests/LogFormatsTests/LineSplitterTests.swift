import Testing
@testable import LogFormats
@testable import StoreConformance

@Suite struct LineSplitterTests {
    private func lines(_ bytes: [UInt8], cuts: [Int]) -> [LineSplitter.Line] {
        var splitter = LineSplitter()
        var lines: [LineSplitter.Line] = []
        var start = 0
        for cut in cuts + [bytes.count] {
            splitter.take(bytes[start..<cut]) { line throws(Never) in lines.append(line) }
            start = cut
        }
        splitter.end { line throws(Never) in lines.append(line) }
        return lines
    }

    @Test(arguments: ["", "\n", "a", "a\n", "\n\na", "a\nb\r\n\nc", "é\nb"])
    func `a text is cut into the same lines in whatever chunks it comes`(_ text: String) {
        let bytes = Array(text.utf8)
        // Foundation's way: what follows the last end is a line only if there is something.
        var expected = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map {
            LineSplitter.Line.bytes(Array($0))
        }
        if expected.last == .bytes([]) { expected.removeLast() }
        for cuts in 0..<(1 << bytes.count) {
            let places = bytes.indices.filter { cuts & 1 << $0 != 0 }
            #expect(lines(bytes, cuts: places) == expected)
        }
    }

    @Test func `a line that is too long is given in parts, and the next one is whole`() {
        let limit = LineSplitter.maximumLineByteCount
        let long = [UInt8](repeating: 0x78, count: limit + 1)
        let fits = [UInt8](repeating: 0x78, count: limit)
        let text = long + [0x0A] + fits + [0x0A, 0x61, 0x0A] + long
        for cuts in [[], [5], [limit], [limit + 1], [limit + 2], [limit / 2, limit + 5, limit * 2]] {
            // Compared here: a failed expectation would print the lines, gigabytes of them.
            var parts: [[UInt8]] = [[]]
            var whole: [LineSplitter.Line] = []
            for line in lines(text, cuts: cuts) {
                if case .part(let bytes) = line {
                    parts[parts.count - 1] += bytes
                } else {
                    whole.append(line)
                }
                if line == .tooLong { parts.append([]) }
            }
            let areRight = whole == [.tooLong, .bytes(fits), .bytes([0x61]), .tooLong]
            #expect(areRight, "cut at \(cuts)")
            let areAllThere = parts == [long, long, []]
            #expect(areAllThere, "cut at \(cuts)")
        }
    }

    @Test func `a line takes the memory of its own bytes, however long the one before was`() {
        let text = [UInt8](repeating: 0x78, count: 1 << 20) + [0x0A, 0x61, 0x0A, 0x62, 0x63, 0x0A]
        for cuts in [[], [10], [(1 << 20) + 1], [(1 << 20) + 4]] {
            let rooms = lines(text, cuts: cuts).dropFirst().map { line in
                if case .bytes(let bytes) = line { bytes.capacity } else { 0 }
            }
            #expect(rooms.count == 2 && rooms.allSatisfy { $0 < 100 }, "cut at \(cuts): \(rooms)")
        }
    }
}
