import DemoData
import TestSupport
import Testing

@testable import QueryService

/// Lists in headers, which are looked at by their bytes: what is made of them is what looking at their characters would.
@Suite struct HeaderListTests {
    private static let pieces = [
        "*/*", "application/*", "application/json", "APPLICATION/JSON", "application/x-ndjson", "text/csv",
        "Text/CSV",
        "text/*", "no-cache", "No-Cache", "no - store", "max-age=0", "max-age = 0", "max-age=01", "no-cachee",
        "W/", "*", "\"tag\"", "W/\"tag\"", "w/\"tag\"", ",", ",", ",", ", ", ";", ";q=0", "; Q=0.5", ";q=1",
        ";q=x",
        ";q", ";level=1", " ", "\t", "á", "a\u{301}", "ⅷ", "\r\n", "",
    ]

    private static func header(_ random: inout SplitMix64) -> String {
        (0..<random.number(in: 0...9)).map { _ in random.pick(pieces) }.joined()
    }

    @Test func `what a client would have is what its characters say`() {
        let forms: [[AnswerForm]] = [[.json], [.json, .ndjson, .csv], [.csv, .json]]
        forAll(cases: 4000) { random in
            let header = Self.header(&random)
            let forms = random.pick(forms)
            let (found, expected) = (
                AnswerForm(accept: header, of: forms), Self.form(accept: header, of: forms)
            )
            try require(found == expected, "\(header.debugDescription): \(String(describing: found))")
            try require(
                CacheControl.demandsFreshAnswer(header) == Self.demandsFreshAnswer(header),
                header.debugDescription)
            var request = Request(method: "GET", path: "/", id: "1")
            request.ifNoneMatch = header
            try require(
                request.isUnchanged("\"tag\"") == Self.matches(header, "\"tag\""), header.debugDescription)
        }
    }

    // MARK: By characters

    private static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }

    private static func form(accept: String, of forms: [AnswerForm]) -> AnswerForm? {
        guard !accept.unicodeScalars.allSatisfy({ $0 == " " || $0 == "\t" }) else { return .json }
        let ranges = elements(accept).map { element in
            let parts = element.split(separator: ";").map { part in
                part.drop(while: isBlank).lowercased().prefix { !isBlank($0) }
            }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }
            return (name: parts.first ?? "", quality: weight.flatMap { Double($0.dropFirst(2)) } ?? 1)
        }
        let names: [AnswerForm: [Substring]] = [
            .json: ["*/*", "application/*", "application/json"], .ndjson: ["", "", "application/x-ndjson"],
            .csv: ["", "", "text/csv"],
        ]
        let liked = forms.compactMap { form -> (form: AnswerForm, quality: Double, exactness: Int)? in
            let matching = ranges.compactMap { range in
                names[form]?.firstIndex(of: range.name).flatMap {
                    range.name.isEmpty ? nil : ($0, range.quality)
                }
            }
            guard let most = matching.map(\.0).max(), let match = matching.first(where: { $0.0 == most }),
                match.1 > 0
            else { return nil }
            return (form, match.1, match.0)
        }
        // Of equals the first.
        var best = liked.first
        for other in liked.dropFirst() {
            if let last = best, (other.quality, other.exactness) > (last.quality, last.exactness) {
                best = other
            }
        }
        return best?.form
    }

    private static func demandsFreshAnswer(_ header: String) -> Bool {
        elements(header).contains { directive in
            let directive = String(directive.lowercased().filter { !isBlank($0) })
            return ["no-cache", "no-store", "max-age=0"].contains(directive)
        }
    }

    private static func matches(_ header: String, _ tag: String) -> Bool {
        elements(header).contains { element in
            var element = element.drop(while: isBlank)
            while element.last.map(isBlank) ?? false { element.removeLast() }
            if element.hasPrefix("W/") { element.removeFirst(2) }
            return element == "*" || element == tag[...]
        }
    }

    /// As texts of scalars: a mark behind a comma is no part of it.
    private static func elements(_ header: String) -> [Substring] {
        header.unicodeScalars.split(separator: ",").map(Substring.init)
    }
}
