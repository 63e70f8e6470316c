internal import AWS

/// Intervals that wait to be sent, the oldest first. Bounded: the oldest make room.
struct PendingMetrics {
    /// Data of one interval that fit into one request.
    struct Batch: Equatable {
        let timestamp: Int64
        let data: [EncodedMetricDatum]

        /// With the commas between data.
        var byteCount: Int { data.reduce(0) { $0 + $1.byteCount + 1 } }
    }

    /// The most bytes of all batches.
    static let maximumByteCount = 16 << 20
    /// How far from now, in seconds, CloudWatch takes timestamps, less an hour on the way.
    private static let takenAges: ClosedRange<Int64> = -3600...(14 * 86400 - 3600)

    private let capacity: Int
    private(set) var batches: [Batch] = []

    /// Keeps as many batches: one an interval, unless that has more than a request takes.
    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Adds an interval's data.
    ///
    /// - Returns: how many batches were dropped to make room.
    mutating func add(_ data: [EncodedMetricDatum], timestamp: Int64) -> Int {
        batches += Self.split(data).map { Batch(timestamp: timestamp, data: $0) }
        var dropped = max(0, batches.count - capacity)
        var byteCount = batches[dropped...].reduce(0) { $0 + $1.byteCount }
        while byteCount > Self.maximumByteCount {
            byteCount -= batches[dropped].byteCount
            dropped += 1
        }
        batches.removeFirst(dropped)
        return dropped
    }

    /// Drops what CloudWatch would not take at a time, in seconds since 1970.
    ///
    /// - Returns: how many batches that were.
    mutating func dropUntaken(at now: Int64) -> Int {
        let count = batches.count
        batches.removeAll { !Self.takenAges.contains(now - $0.timestamp) }
        return count - batches.count
    }

    /// The oldest batches, as many as one request takes, and at most `limit`.
    func first(_ limit: Int) -> ArraySlice<Batch> {
        var (datumCount, byteCount) = (0, 0)
        return batches.prefix(limit).prefix { batch in
            datumCount += batch.data.count
            byteCount += batch.byteCount
            return datumCount <= CloudWatch.maximumDatumCount && byteCount <= CloudWatch.maximumByteCount
        }
    }

    /// Removes the oldest batches, which are sent or given up.
    mutating func removeFirst(_ count: Int) {
        batches.removeFirst(count)
    }

    /// Parts that a request takes each, in order. A datum alone is some kilobytes.
    private static func split(_ data: [EncodedMetricDatum]) -> [[EncodedMetricDatum]] {
        var parts: [[EncodedMetricDatum]] = []
        var byteCount = 0
        for datum in data {
            byteCount += datum.byteCount + 1
            if let last = parts.last, last.count < CloudWatch.maximumDatumCount,
                byteCount <= CloudWatch.maximumByteCount
            {
                parts[parts.count - 1].append(datum)
            } else {
                parts.append([datum])
                byteCount = datum.byteCount + 1
            }
        }
        return parts
    }
}
