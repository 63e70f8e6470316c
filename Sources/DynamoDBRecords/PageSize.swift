/// How many items to have DynamoDB look at (`Limit`, which counts before the filter): enough for the page, not
/// many more, for each is paid.
struct PageSize {
    /// Past the page's last record, the rest of its second is read.
    private static let rest = 8
    /// Past this DynamoDB's own limit of 1 MB ends a page.
    private static let most = 10_000

    private let isFiltered: Bool
    private var looked = 0
    private var kept = 0
    private var last = 0

    init(isFiltered: Bool) {
        self.isFiltered = isFiltered
    }

    /// The limit of the next request, when so many more records are wanted.
    func next(wanted: Int) -> Int {
        let least = max(wanted, 1) + Self.rest
        guard looked > 0 else { return min(isFiltered ? 4 * least : least, Self.most) }
        // What has matched so far is the best guess of what will, and none at all of more than one in `looked`.
        let likely = least * looked / max(kept, 1)
        return min(max(likely, isFiltered ? 2 * last : least), Self.most)
    }

    /// Notes how a request went.
    mutating func note(limit: Int, looked: Int, kept: Int) {
        last = limit
        self.looked += looked
        self.kept += kept
    }
}
