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
        guard !accept.allSatisfy({ $0 == " " || $0 == "\t" }) else { return }
        let ranges = accept.split(separator: ",").map(MediaRange.init)
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
    let name: String
    let quality: Double

    init(_ text: Substring) {
        let parts = text.split(separator: ";").map { part in
            part.drop { $0 == " " || $0 == "\t" }.lowercased().prefix { $0 != " " && $0 != "\t" }
        }
        name = parts.first.map(String.init) ?? ""
        quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
    }
}
