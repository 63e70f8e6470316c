/// Finds names that somebody may have meant who wrote another.
enum NearestNames {
    /// How many names are told.
    private static let count = 3

    /// The nearest ones to a name, the nearest first: those that differ by composition or case only, that begin with it, or that a few
    /// characters left out, added, changed or transposed make of it. A third of the characters may be wrong, four at most.
    static func nearest(to name: String, among names: [String]) -> [String] {
        let wanted = Array(name.lowercased().unicodeScalars)
        let limit = min(max(1, (wanted.count + 1) / 3), 4)
        let near = names.compactMap { candidate -> (distance: Int, name: String)? in
            guard !candidate.utf8.elementsEqual(name.utf8) else { return nil }
            // The same to the eye, composed of other code points.
            guard candidate != name else { return (0, candidate) }
            let scalars = Array(candidate.lowercased().unicodeScalars)
            if let distance = distance(wanted, scalars, limit: limit) { return (distance, candidate) }
            return !wanted.isEmpty && scalars.starts(with: wanted) ? (1, candidate) : nil
        }
        return near.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(count).map(\.name)
    }

    /// How many characters have to be left out, added, changed or transposed (optimal string alignment); nil for more than
    /// the limit. Costs the length times the limit.
    static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar], limit: Int) -> Int? {
        guard abs(left.count - right.count) <= limit else { return nil }
        let far = limit + 1
        var before: [Int] = []
        var row = (0...right.count).map { min($0, far) }
        for i in 0..<left.count {
            var next = Array(repeating: far, count: right.count + 1)
            next[0] = min(i + 1, far)
            // Further from the diagonal than the limit, all are further away than it.
            for j in max(0, i - limit)..<max(max(0, i - limit), min(right.count, i + limit + 1)) {
                let change = row[j] + (left[i] == right[j] ? 0 : 1)
                var least = min(change, row[j + 1] + 1, next[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    least = min(least, before[j - 1] + 1)
                }
                next[j + 1] = min(least, far)
            }
            (before, row) = (row, next)
        }
        return row[right.count] <= limit ? row[right.count] : nil
    }
}
