import AuditRecords
import AuditStores
import QueryService

/// Counts as rows under headings; on a terminal those by time with a histogram beside them.
struct CountTable {
    private struct Row {
        /// In the order of the total's keys; of an empty time, only that.
        let values: [GroupValue?]
        let count: Int
    }

    /// So many rows at most have what was searched from its beginning to its end, and from the first record to the last.
    private static let (mostSearched, mostFound) = (1000, 20_000)
    /// A histogram is at least so wide, or left out.
    private static let leastBar = 8

    private let total: CountTotal
    /// Where the values stand that were asked for first and second.
    private let places: [Int]
    private let rows: [Row]
    private let isTime: Bool

    /// A table whose columns stand as they were asked for.
    init(_ total: CountTotal, by asked: [GroupKey]) {
        self.total = total
        places = asked.compactMap { total.keys.firstIndex(of: $0) }
        isTime = total.keys.first?.unit != nil
        rows = Self.rows(of: total)
    }

    /// For programs: a line a group, fields separated by tabs. Without groups, the number alone.
    var tabs: [String] {
        guard !places.isEmpty else { return ["\(total.count)"] }
        let lines = rows.map { row in
            places.map { row.values[$0].map { Self.text($0, none: "").unbroken } ?? "" } + ["\(row.count)"]
        }
        return ([headings] + lines).map { $0.joined(separator: "\t") }
    }

    /// For people, on a terminal of so many columns. `bold` makes a line of headings.
    func lines(width: Int, usesBlocks: Bool = Console.showsBlocks, bold: (String) -> String = { $0 })
        -> [String]
    {
        guard !places.isEmpty else { return ["\(total.count)"] }
        let digits = (rows.map(\.count).max() ?? 0).description.count
        let countWidth = max(digits, "COUNT".count)
        func right(_ text: String) -> String { String(repeating: " ", count: countWidth - text.count) + text }
        var cells = rows.map { row in
            places.map { row.values[$0].map { Self.text($0, none: "(none)").printable } ?? "" } + [
                right("\(row.count)")
            ]
        }
        var headings = headings
        headings[headings.count - 1] = right("COUNT")
        var widths = RowLayout.widths(of: [headings] + cells)
        let rest = width - widths.reduce(0) { $0 + $1 + 2 }
        if isTime, rest >= Self.leastBar, let most = rows.map(\.count).max(), most > 0 {
            let histogram = Histogram(most: most, width: rest, usesBlocks: usesBlocks)
            for (index, row) in rows.enumerated() { cells[index].append(histogram.bar(row.count)) }
            headings.append("")
            widths.append(rest)
        }
        let layout = RowLayout(widths: widths, limit: width)
        return layout.lines(of: headings).map(bold) + cells.flatMap(layout.lines)
    }

    private var headings: [String] {
        places.map { ShownColumn.heading(of: total.keys[$0].description) } + ["COUNT"]
    }

    private static func text(_ value: GroupValue, none: String) -> String {
        value == .none ? none : String(decoding: value.name, as: UTF8.self)
    }

    /// The groups, and the times between them that have none.
    private static func rows(of total: CountTotal) -> [Row] {
        let all = total.groups.map { Row(values: $0.group.values, count: $0.count) }
        // Within a day's rows of hours there is no row for an hour of another day.
        guard total.keys.count(where: { $0.unit != nil }) == 1, let bounds = bounds(of: total) else {
            return all
        }
        var bucket = bounds.first
        var rows: [Row] = []
        var rest = all[...]
        while bucket <= bounds.last {
            let here = rest.prefix { $0.values.first == .time(bucket) }
            rest = rest.dropFirst(here.count)
            let empty = Row(values: [.time(bucket)] + total.keys.dropFirst().map { _ in nil }, count: 0)
            rows += here.isEmpty ? [empty] : Array(here)
            bucket = bucket.next
        }
        return rows
    }

    /// The first and the last time that has a row; nil where no record has been found.
    private static func bounds(of total: CountTotal) -> (first: TimeBucket, last: TimeBucket)? {
        guard let unit = total.keys.first?.unit,
            case .time(let first)? = total.groups.first?.group.values.first,
            case .time(let last)? = total.groups.last?.group.values.first
        else { return nil }
        // What is not listed may be behind the last.
        let start = total.range.start.map { TimeBucket(unit, of: $0) } ?? first
        let end = total.other.groups > 0 ? nil : total.range.end
        let stop =
            end.map { TimeBucket(unit, of: $0.advanced(bySeconds: -1, nanoseconds: 999_999_999)) } ?? last
        if start.distance(to: stop) < mostSearched { return (start, stop) }
        return first.distance(to: last) < mostFound ? (first, last) : nil
    }
}

/// Bars whose lengths are to each other as numbers are.
struct Histogram {
    private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// The number whose bar is as wide as there is room.
    let most: Int
    let width: Int
    /// Whether eighths of a character are drawn, or whole ones of ASCII.
    let usesBlocks: Bool

    /// What is not zero is seen.
    func bar(_ count: Int) -> String {
        let units = count == 0 ? 0 : max(1, width * (usesBlocks ? 8 : 1) * count / most)
        guard usesBlocks else { return String(repeating: "#", count: units) }
        return String(repeating: "█", count: units / 8) + Self.eighths[units % 8]
    }
}
