import AuditRecords

/// Cuts a range into slices that are read at once, and keeps them in the order of the answer. How long they are follows how many
/// records the ones before had, and one that has many is cut again; what is written does not depend on it.
struct ExportSlices {
    /// A slice, and by which number it is known.
    struct Slice {
        let number: Int
        let range: TimeRange
    }

    private struct Stretch {
        var start: Timestamp
        var end: Timestamp
        /// How much of it the next slice takes.
        var seconds: Int64
        /// Which slice it is; nil while it waits to be cut.
        var slice: Int?
    }

    /// A slice is to have about so many records.
    private static let fewest = 1000
    /// One that has more is cut.
    static let most = 4 * fewest

    private let order: SortOrder
    private let longest: Int64
    private let window: Int
    /// In the order of the answer.
    private var stretches: [Stretch]
    private var count = 0

    /// Cuts what lies between two instants.
    ///
    /// - Parameters:
    ///   - start: where it begins.
    ///   - end: before where it ends.
    ///   - order: of the answer.
    ///   - longest: one question may be about so many seconds.
    ///   - window: a slice is begun when fewer than so many before it have not ended.
    init(from start: Timestamp, before end: Timestamp, _ order: SortOrder, longest: Int64, window: Int) {
        (self.order, self.longest, self.window) = (order, longest, window)
        stretches = start < end ? [Stretch(start: start, end: end, seconds: min(longest, 3600))] : []
    }

    /// Whether all have ended.
    var isEmpty: Bool { stretches.isEmpty }

    /// The slice whose records come next, when it has begun.
    var first: Int? { stretches.first?.slice }

    /// Begins the first slice that has not begun; nil where there is none, or too many before it have not ended.
    mutating func next() -> Slice? {
        guard let index = stretches.firstIndex(where: { $0.slice == nil }), index < window else {
            return nil
        }
        var slice = stretches[index]
        if order == .ascending {
            slice.end = min(slice.end, slice.start.advanced(bySeconds: slice.seconds))
            stretches[index].start = slice.end
        } else {
            slice.start = max(slice.start, slice.end.advanced(bySeconds: -slice.seconds))
            stretches[index].end = slice.start
        }
        slice.slice = count
        count += 1
        if stretches[index].start < stretches[index].end {
            stretches.insert(slice, at: index)
        } else {
            stretches[index] = slice
        }
        return Slice(number: count - 1, range: TimeRange(start: slice.start, end: slice.end))
    }

    /// Ends a slice that has many records, for others to read on.
    ///
    /// - Parameters:
    ///   - number: the slice.
    ///   - first: the instant of its first record.
    ///   - place: the instant of the first record that is left to others.
    ///   - count: how many records it has before that.
    /// - Returns: whether it is cut there: not when the rest is short.
    mutating func cut(_ number: Int, from first: Timestamp, at place: Timestamp, count: Int) -> Bool {
        guard let index = stretches.firstIndex(where: { $0.slice == number }) else { return false }
        var (slice, rest) = (stretches[index], stretches[index])
        if order == .ascending {
            (slice.end, rest.start) = (place, place)
        } else {
            rest.end = place.advanced(bySeconds: 0, nanoseconds: 1)
            slice.start = rest.end
        }
        let covered = abs(place.seconds - first.seconds)
        rest.seconds = min(longest, max(1, covered * Int64(2 * Self.fewest) / Int64(max(1, count))))
        guard rest.start.advanced(bySeconds: rest.seconds) < rest.end else { return false }
        rest.slice = nil
        stretches[index] = slice
        stretches.insert(rest, at: index + 1)
        return true
    }

    /// The first slice ended, with so many records.
    mutating func end(count: Int) {
        stretches.removeFirst()
        guard let next = stretches.firstIndex(where: { $0.slice == nil }) else { return }
        let seconds = stretches[next].seconds
        if count < Self.fewest {
            stretches[next].seconds = min(longest, seconds * (count == 0 ? 4 : 2))
        } else if count > Self.most {
            stretches[next].seconds = max(1, seconds / (count > 4 * Self.most ? 4 : 2))
        }
    }
}
