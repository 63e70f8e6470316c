import Testing
@testable import LogFormats

/// Values are cut out of a text of any length, of which no more than one is held.
struct JSONSplitterTests {
    /// What a text has that comes in chunks of a length, and the most bytes that were held.
    private func pieces(
        _ text: [UInt8], chunk: Int = .max, valueByteCount: Int = 100, envelopes: [StaticString] = ["Records"]
    ) -> (pieces: [JSONSplitter.Piece], held: Int) {
        var splitter = JSONSplitter(envelopes: envelopes, valueByteCount: valueByteCount)
        var pieces: [JSONSplitter.Piece] = []
        var (held, rest) = (0, text[...])
        while !rest.isEmpty {
            pieces += splitter.take(rest.prefix(chunk))
            held = max(held, splitter.text.count)
            rest = rest.dropFirst(chunk)
        }
        return (pieces + splitter.end(), held)
    }

    private func values(_ pieces: [JSONSplitter.Piece]) -> [String] {
        pieces.map { piece in
            switch piece {
            case .value(let text, let line): "\(line): \(String(decoding: text, as: UTF8.self))"
            case .refused(let reason, let line, _): "\(line) \(reason)"
            }
        }
    }

    @Test(arguments: ["[%]", "{\"a\":1,\"Records\":[%],\"b\":[2]}", "x {\"Records\":[%]}"])
    func `An array of any length is read with one element held`(form: String) {
        let elements = (0..<5000).map { "{\"n\":\($0)}" }
        let text = form.replacing("%", with: elements.joined(separator: ","))
        let (found, held) = pieces(Array(text.utf8), chunk: 64)
        #expect(values(found) == elements.map { "1: \($0)" })
        #expect(held <= 100 + 2 * 64)
    }

    @Test func `What is too long is refused, passed over and never held`() {
        let long = "{\"long\":\"\(String(repeating: "x", count: 100_000))\"}"
        let (lines, held) = pieces(Array("{\"n\":1}\n\(long)\n{\"n\":2}\n".utf8), chunk: 64)
        #expect(values(lines) == ["1: {\"n\":1}", "2 is longer than 100 bytes", "3: {\"n\":2}"])
        #expect(held <= 100 + 2 * 64)
        let (elements, alsoHeld) = pieces(Array("[{\"n\":1},\n\(long),{\"n\":2}]{\"n\":3}".utf8), chunk: 64)
        #expect(
            values(elements) == [
                "1: {\"n\":1}", "2 is longer than 100 bytes", "2: {\"n\":2}", "2: {\"n\":3}",
            ])
        #expect(alsoHeld <= 100 + 2 * 64)
        let (text, textHeld) = pieces(Array(repeating: UInt8(ascii: "x"), count: 100_000), chunk: 64)
        #expect(values(text) == ["1 is not JSON"])
        #expect(textHeld <= 100 + 2 * 64)
    }

    @Test(arguments: [
        ("[{\"n\":1},{\"n\":2},oops]{\"n\":3}", ["1: {\"n\":1}", "1: {\"n\":2}"]),
        ("{\"Records\":[{\"n\":1},\n{\"n\"", ["1: {\"n\":1}"]),
        ("{\"Records\":[{\"n\":1}],oops}\n{\"n\":3}", ["1: {\"n\":1}"]),
        ("[{\"n\":1}", ["1: {\"n\":1}"]),
    ])
    func `Of what breaks off the events before the break are read, and nothing behind`(
        text: String, expected: [String]
    ) {
        let found = values(pieces(Array(text.utf8)).pieces)
        #expect(found.dropLast() == expected[...])
        #expect(found.last?.hasSuffix("is not JSON here; the rest of the file is not read") == true)
    }

    @Test func `A broken value is refused with its line as it came, and the next line is read`() {
        let text = "{\"a\":1\n<14>x: {\"b\":2}\n{\"c\":3} d\n\u{1E}{\"e\":4}\n"
        let found = pieces(Array(text.utf8)).pieces
        #expect(
            values(found) == [
                "1 is not JSON", "2: {\"b\":2}", "3: {\"c\":3}", "3 is not JSON", "4: {\"e\":4}",
            ])
        #expect(found[0] == .refused("is not JSON", line: 1, text: Array("{\"a\":1".utf8)))
        #expect(found[3] == .refused("is not JSON", line: 3, text: Array("{\"c\":3} d".utf8)))
    }

    /// Whatever the text, chunks change nothing.
    @Test func `Chunks do not matter`() throws {
        var mutation = Mutation(numbers: Numbers(seed: 8))
        for sample in try Sample.all(of: ["cloudtrail", "gcp", "kubernetes", "vault"]) {
            let text = Array(mutation.changed(sample.bytes).prefix(20_000))
            let whole = pieces(text, valueByteCount: 5000).pieces
            for chunk in [1, 13, 4096] {
                let found = pieces(text, chunk: chunk, valueByteCount: 5000).pieces
                #expect(values(found) == values(whole), "\(sample.name) in chunks of \(chunk)")
            }
        }
    }
}
