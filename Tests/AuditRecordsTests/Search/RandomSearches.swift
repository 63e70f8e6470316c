import DemoData
import TestSupport
@testable import AuditRecords
@testable import StoreConformance

/// Random searches and records of a few letters, so that words are often found, and often nearly.
struct RandomSearches {
    var random: SplitMix64
    private var writer: RandomFilters
    private let letters: [Unicode.Scalar]

    /// Letters in all their cases, some of which take more bytes than others, what JSON escapes, and what has no case.
    private static let alphabets: [[Unicode.Scalar]] = [
        ["a", "A", "b"], ["k", "K", "\u{212A}", "s", "\u{17F}"], ["é", "É", "e", "\u{301}", "ß", "ẞ"],
        ["i", "I", "İ", "ı"], ["σ", "ς", "Σ", "a"], ["Ⱥ", "ⱥ", "𐐀", "𐐨", "A"], ["日", "😀", "Ж", "ж"],
        ["\"", "\\", "/", "u", "0"], ["a", "1", "-", "@", "`", "[", "{"],
    ]

    init(random: SplitMix64) {
        var random = random
        letters = random.pick(Self.alphabets) + (random.once(in: 3) ? random.pick(Self.alphabets) : [])
        writer = RandomFilters(random: random.fork())
        self.random = random
    }

    mutating func record() -> (record: AuditRecord, tree: Tree) {
        let tree = object(depth: 0)
        func id() -> Identifier { Identifier(text(random.once(in: 4) ? 9 : 2)) }
        let record = TestRecord.make(
            id(), at: Timestamp(seconds: 0), system: id(), user: id(), resource: id(),
            attributes: writer.text(tree))
        return (record, tree)
    }

    private mutating func object(depth: Int) -> Tree {
        .object(
            (0..<random.number(in: 0...3)).map { index in
                (Array("\(text(6))\(index)".utf8), tree(depth: depth + 1))
            })
    }

    private mutating func tree(depth: Int) -> Tree {
        switch random.number(below: depth < 4 ? 9 : 6) {
        case 0: .null
        case 1: .number(random.pick(["111", "-1.5e10", "0"]))
        case 2...5: .string(Array(text(random.once(in: 10) ? 60 : 9).utf8))
        case 6: object(depth: depth)
        default: .array((0..<random.number(below: 3)).map { _ in tree(depth: depth + 1) })
        }
    }

    private mutating func text(_ count: Int) -> String { text(0...count) }

    private mutating func text(_ counts: ClosedRange<Int>) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<random.number(in: counts) { text.append(random.pick(letters)) }
        return String(text)
    }

    /// One to three words of three to five letters.
    mutating func search() -> ReferenceSearch {
        ReferenceSearch((0..<random.number(in: 1...3)).map { _ in text(3...5) })
    }
}
