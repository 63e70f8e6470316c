/// The forms that records are answered in.
enum AnswerForm: String, Sendable, CaseIterable {
    /// One object with a page of records.
    case json
    /// A record a line.
    case ndjson
    /// A row a record (RFC 4180), names above the first.
    case csv

    /// As Content-Type says it.
    var contentType: String {
        switch self {
        case .json: "application/json"
        case .ndjson: "application/x-ndjson"
        case .csv: "text/csv; charset=utf-8"
        }
    }

    /// The ranges of an Accept that it is sent for, the most exact one last. Lines are for those alone who name them: a client that
    /// takes anything is sent what it always was.
    private var ranges: [String?] {
        switch self {
        case .json: ["*/*", "application/*", "application/json"]
        case .ndjson: [nil, nil, "application/x-ndjson"]
        case .csv: [nil, nil, "text/csv"]
        }
    }

    /// What an Accept likes best of some forms (RFC 9110 section 12.5.1): of the ranges that match a form, the most exact one
    /// decides, and a quality of 0 refuses. Of equal quality, the one is taken that is named more exactly, then the first.
    ///
    /// - Returns: nil where it takes none.
    init?(accept: String?, of forms: [AnswerForm]) {
        self = .json
        // What nearly all clients send, without a look at its parts.
        guard let accept, accept != "*/*", accept != "application/json" else { return }
        guard !accept.utf8.allSatisfy(HeaderList.isBlank) else { return }
        let ranges = HeaderList.compactMap(accept, MediaRange.init)
        var best: (form: AnswerForm, quality: Double, exactness: Int)?
        for form in forms {
            var match: (exactness: Int, quality: Double)?
            for range in ranges {
                guard let exactness = form.ranges.firstIndex(of: range.name),
                    exactness > match?.exactness ?? -1
                else { continue }
                match = (exactness, range.quality)
            }
            guard let match, match.quality > 0 else { continue }
            if let best, (best.quality, best.exactness) >= (match.quality, match.exactness) { continue }
            best = (form, match.quality, match.exactness)
        }
        guard let best else { return nil }
        self = best.form
    }
}

/// One element of an Accept.
private struct MediaRange {
    /// In small letters.
    let name: String
    let quality: Double

    private static let names: [StaticString] = [
        "*/*", "application/*", "application/json", "application/x-ndjson", "text/csv",
    ]

    /// Nil of one that no answer's form is in.
    init?(_ element: HeaderList.Bytes) {
        var parts = element.split(separator: UInt8(ascii: ";"))[...]
        guard let first = parts.popFirst().map(Self.word),
            let name = Self.names.first(where: { HeaderList.isWord(first, $0) })
        else { return nil }
        self.name = name.description
        let weight = parts.lazy.map(Self.word).first { HeaderList.begins($0, with: "q=") }
        quality = weight.flatMap { Double(String(decoding: $0.dropFirst(2), as: UTF8.self)) } ?? 1
    }

    /// Up to the first space behind its beginning.
    private static func word(_ part: HeaderList.Bytes) -> HeaderList.Bytes {
        part.drop(while: HeaderList.isBlank).prefix { !HeaderList.isBlank($0) }
    }
}
