package import DemoData
internal import Foundation
package import Testing

/// Inputs that are made of others by changing them.
package struct Mutator: Sendable {
    /// What is changed.
    package let seeds: [[UInt8]]
    /// Pieces that mean something to whoever reads the inputs.
    private let tokens: [[UInt8]]

    /// A mutator of seeds, which puts tokens into them.
    package init(_ seeds: [[UInt8]], tokens: [String]) {
        self.seeds = seeds
        self.tokens = tokens.map { Array($0.utf8) }
    }

    /// The seeds of a file, one a line: what a long run finds is added there.
    package init(corpus path: String, tokens: [String]) throws {
        let lines = try Data(contentsOf: URL(filePath: path)).split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
        self.init(lines.map { Array($0) }, tokens: tokens)
    }

    /// A seed after one to six changes.
    package func input(_ random: inout SplitMix64) -> [UInt8] {
        var bytes = pick(seeds, &random)
        for _ in 0...number(below: 6, &random) { change(&bytes, &random) }
        return bytes
    }

    private func change(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        let start = number(below: bytes.count + 1, &random)
        let end = start + number(below: min(16, bytes.count - start) + 1, &random)
        switch number(below: 9, &random) {
        case 0: bytes.removeSubrange(start..<end)
        case 1: bytes.insert(contentsOf: pick(tokens, &random), at: start)
        case 2: bytes.replaceSubrange(start..<end, with: pick(tokens, &random))
        case 3: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: start)
        case 4: if start < bytes.count { bytes[start] ^= 1 << UInt8(number(below: 8, &random)) }
        case 5: bytes.insert(contentsOf: bytes[start..<end], at: end)
        case 6: bytes.removeSubrange(start...)
        case 7:
            let other = pick(seeds, &random)
            bytes.replaceSubrange(start..., with: other.suffix(number(below: other.count + 1, &random)))
        default:
            let piece = Array(bytes[start..<end])
            for _ in 0..<number(below: 200, &random) { bytes.insert(contentsOf: piece, at: start) }
        }
    }

    private func number(below limit: Int, _ random: inout SplitMix64) -> Int {
        Int(random.next() % UInt64(limit))
    }

    private func pick(_ choices: [[UInt8]], _ random: inout SplitMix64) -> [UInt8] {
        choices[number(below: choices.count, &random)]
    }
}

/// Has a body look at inputs: as many as are named, or as many as it can in AUDIT_QUERY_FUZZ_SECONDS. An input that
/// it finds fault with is printed as a line of a corpus, with what is no printable ASCII as \xHH.
package func fuzz(
    _ mutator: Mutator, cases: Int, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: ([UInt8]) throws -> Void
) {
    let seconds = ProcessInfo.processInfo.environment["AUDIT_QUERY_FUZZ_SECONDS"].flatMap(Double.init)
    for seed in mutator.seeds {
        do {
            try body(seed)
        } catch {
            Issue.record("\(error)\nwith the input \(shown(seed))", sourceLocation: sourceLocation)
            return
        }
    }
    var looked = 0
    forAll(
        cases: seconds == nil ? cases : .max, until: seconds.map { .now + .seconds($0) },
        sourceLocation: sourceLocation
    ) { random in
        let input = mutator.input(&random)
        looked += 1
        do {
            try body(input)
        } catch {
            throw Falsified(description: "\(error)\nwith the input \(shown(input))")
        }
    }
    if seconds != nil { print("\(looked) inputs") }
}

private func shown(_ bytes: [UInt8]) -> String {
    bytes.map { (0x20..<0x7F).contains($0) ? String(UnicodeScalar($0)) : String(format: "\\x%02x", $0) }
        .joined()
}
