internal import AuditRecords

/// A sealed day in short: where each record stood and the hash of its leaf, or of a day of many records those of stretches,
/// each of which has a power of two of them. It stands or falls with its seal, whose root it must yield.
package struct DayOutline: Hashable, Sendable {
    struct Entry: Hashable, Sendable {
        let place: DayPlace
        /// The root over the stretch's records.
        let hash: TreeHash
    }

    /// The most entries.
    package static let mostEntries = 1 << 16
    /// The most bytes of one that is kept.
    package static let maximumByteCount =
        32 + mostEntries * (TreeHash.byteCount + 24 + Identifier.maximumByteCount)

    private(set) var entries: [Entry] = []
    /// The stretch that is not whole yet.
    private var stretch = TreeFrontier()
    private var start: DayPlace?
    /// The binary logarithm of a stretch's records.
    private var level = 0
    /// How many records it is of.
    package private(set) var count = 0
    private let capacity: Int

    /// Of no records. With so many entries the stretches become twice as long: an even number.
    init(capacity: Int = Self.mostEntries) {
        self.capacity = capacity
    }

    /// The records of a stretch; the last one may have fewer.
    package var step: Int { 1 << level }

    mutating func append(_ place: DayPlace, _ leaf: TreeHash, by hasher: TreeHasher) {
        if stretch.count == 0 {
            if entries.count == capacity { halve(by: hasher) }
            start = place
        }
        stretch.append(leaf, by: hasher)
        count += 1
        if stretch.count == step { close(by: hasher) }
    }

    mutating func finish(by hasher: TreeHasher) {
        if stretch.count > 0 { close(by: hasher) }
    }

    private mutating func close(by hasher: TreeHasher) {
        guard let start else { return }
        entries.append(Entry(place: start, hash: stretch.root(by: hasher)))
        stretch = TreeFrontier()
    }

    private mutating func halve(by hasher: TreeHasher) {
        entries = stride(from: 0, to: entries.count, by: 2).map { index in
            Entry(
                place: entries[index].place,
                hash: hasher.node(entries[index].hash, entries[index + 1].hash))
        }
        level += 1
    }

    /// The root over all records.
    package func root(by hasher: TreeHasher) -> TreeHash {
        var tree = TreeFrontier()
        for entry in entries { tree.append(entry.hash, by: hasher) }
        return tree.root(by: hasher)
    }

    /// The entry whose stretch a place is in or would be; nil before the first.
    package func stretch(of place: DayPlace) -> Int? {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].place <= place { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }

    /// Where a stretch begins, and where the next one does; nil for the last.
    package func bounds(of stretch: Int) -> (start: DayPlace, next: DayPlace?) {
        (entries[stretch].place, stretch + 1 < entries.count ? entries[stretch + 1].place : nil)
    }

    /// The hash of a stretch: of a leaf where each record has its own.
    package func hash(of stretch: Int) -> TreeHash { entries[stretch].hash }

    /// Whether a record of this place and leaf was sealed; nil where records were sealed in stretches.
    package func has(_ place: DayPlace, _ leaf: TreeHash) -> Bool? {
        guard step == 1 else { return nil }
        guard var index = stretch(of: place) else { return false }
        // Two spellings of one instant make two entries of one place.
        while entries[index].place == place {
            if entries[index].hash == leaf { return true }
            guard index > 0 else { return false }
            index -= 1
        }
        return false
    }

    /// The part of an inclusion proof that leads from a stretch's hash to the root.
    package func path(of stretch: Int, by hasher: TreeHasher) -> [TreeHash] {
        var builder = ProofBuilder(inclusionOf: stretch, in: entries.count)
        for entry in entries { builder.append(entry.hash, by: hasher) }
        return builder.proof ?? []
    }

    /// How many records a stretch has.
    package func count(of stretch: Int) -> Int { min(step, count - stretch * step) }
}

extension DayOutline {
    private static let mark = Array("audit-query outline 1\n".utf8)

    /// As it is kept.
    package var bytes: [UInt8] {
        var bytes = Self.mark + [UInt8(level)]
        bytes.append(bigEndian: Int64(count))
        for entry in entries {
            bytes.append(lengthPrefixed: entry.hash.bytes)
            bytes.append(bigEndian: entry.place.instant.seconds)
            bytes.append(bigEndian: Int64(entry.place.instant.nanoseconds))
            bytes.append(lengthPrefixed: entry.place.auditId.bytes)
        }
        return bytes
    }

    /// Reads what was kept; nil where it is none. Whether it is a seal's, its root tells.
    package init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: Self.mark) else { return nil }
        capacity = Self.mostEntries
        var reader = PackedReader(bytes[Self.mark.count...])
        guard let level = reader.byte(), level < 40, let count = reader.bigEndian(),
            (0..<1 << 54).contains(count)
        else { return nil }
        (self.level, self.count) = (Int(level), Int(count))
        let expected = (self.count + step - 1) / step
        guard expected <= Self.mostEntries else { return nil }
        entries.reserveCapacity(expected)
        for _ in 0..<expected {
            guard let hash = reader.lengthPrefixedSlice().flatMap({ TreeHash(bytes: $0) }),
                let seconds = reader.bigEndian(), let nanoseconds = reader.bigEndian(),
                (0..<1_000_000_000).contains(nanoseconds), let auditId = reader.lengthPrefixed()
            else { return nil }
            let instant = Timestamp(seconds: seconds, nanoseconds: Int32(nanoseconds))
            let place = DayPlace(instant: instant, auditId: Identifier(auditId))
            entries.append(Entry(place: place, hash: hash))
        }
        guard reader.rest.isEmpty else { return nil }
    }
}
