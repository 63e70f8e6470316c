import Loading

/// What a load says at its end.
struct LoadSummary {
    let counts: LoadCounts
    /// How many of those that were left out are in the file of refused lines.
    let keptCount: Int
    /// That file; nil where nobody asked for one.
    let rejects: String?

    /// What not all goes well of, for a person to read.
    var warnings: [String] { [replaced, leftOut].compactMap { $0 } }

    private var replaced: String? {
        guard counts.replaced > 0 else { return nil }
        let others = counts.replaced == 1 ? "another" : "others"
        return "warning: \(counted(counts.replaced, "record")) took the place of \(others)"
    }

    private var leftOut: String? {
        guard counts.refused > 0 else { return nil }
        let isOne = counts.refused == 1
        let isAllKept = keptCount == counts.refused
        let kept = isAllKept ? (isOne ? "it is" : "they are") : "\(keptCount) of them are"
        let place = rejects.map { "; \(kept) in \($0)" } ?? ""
        return "\(counted(counts.refused, "line")) \(isOne ? "was" : "were") left out\(place)"
    }

    /// How many records are in the store now, and what became of them.
    func loaded(into store: String) -> String {
        "\(counted(counts.stored, "record")) loaded into \(store)\(detail)"
    }

    private var detail: String {
        if counts.stored == 0 { return "" }
        if counts.unchecked == counts.stored { return ", without a look at what was there" }
        return ": \(counts.new) new, \(counts.equal) there already, \(counts.replaced) replaced"
    }
}
