/// Which faults of a file are told line by line, and how many lines are like them. Faults are alike when their texts agree up
/// to their first figure or quoted word.
struct FaultTally {
    /// So many lines are told of each kind.
    static let toldLines = 5
    /// So many kinds are told apart. What comes beyond counts as one.
    private static let mostKinds = 200

    private struct Kind {
        let text: String
        var told = 0
        var untold = 0
    }

    private var kinds: [Kind] = []
    private var places: [String: Int] = [:]

    /// Counts a line, and says whether to tell it: when one of its faults has not been told often enough.
    mutating func isTold(_ faults: [String]) -> Bool {
        let found = Set(faults.map { place(of: Self.kind($0)) })
        guard found.contains(where: { kinds[$0].told < Self.toldLines }) else {
            for place in found { kinds[place].untold += 1 }
            return false
        }
        for place in found { kinds[place].told += 1 }
        return true
    }

    /// For each kind how many lines have it that were not told.
    var summary: [String] {
        kinds.filter { $0.untold > 0 }.map { kind in
            "\(kind.untold) more \(kind.untold == 1 ? "line" : "lines"): \(kind.text)"
        }
    }

    private mutating func place(of kind: String) -> Int {
        let kind = places[kind] == nil && kinds.count >= Self.mostKinds ? "other faults" : kind
        if let place = places[kind] { return place }
        kinds.append(Kind(text: kind))
        places[kind] = kinds.count - 1
        return kinds.count - 1
    }

    private static func kind(_ fault: String) -> String {
        let fixed = fault.prefix { !("0"..."9").contains($0) && $0 != "\"" }
        return fixed.utf8.count == fault.utf8.count ? fault : "\(fixed)…"
    }
}
