/// A place in a store's order of arrival: between the record that has its number and the next one, or where the store itself says.
package struct ArrivalPlace: Hashable, Sendable {
    /// Which store's order it is: drawn at random when that was made, and the same in a copy of the store. 0 where none has been
    /// drawn yet.
    package let origin: UInt64
    /// The number of the last record before it; 0 at the beginning. Of a store without numbers, a mark
    /// (``FollowedStore/arrivalMark(deadline:)``), which is not among the bytes.
    package let number: Int64
    /// Where it is, in the words of a store without numbers; empty with numbers.
    package let positions: [UInt8]

    /// A place of its parts.
    package init(origin: UInt64, number: Int64, positions: [UInt8] = []) {
        (self.origin, self.number, self.positions) = (origin, number, positions)
    }

    /// As many bytes as each place has in front of its positions.
    private static let byteCount = 16
    /// The most bytes of positions: what a token is made of stands in an address.
    package static let mostPositionBytes = 4096

    /// Its bytes: origin and number, the highest byte first, and the positions.
    package var bytes: [UInt8] {
        let number = positions.isEmpty ? UInt64(bitPattern: number) : 0
        return [origin, number].flatMap { value in
            (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) }
        } + positions
    }

    /// The place of its ``bytes``; nil of others.
    package init?(bytes: some Collection<UInt8>) {
        let rest = bytes.count - Self.byteCount
        guard (0...Self.mostPositionBytes).contains(rest) else { return nil }
        let values = [bytes.prefix(8), bytes.dropFirst(8).prefix(8)].map {
            $0.reduce(0) { $0 << 8 | UInt64($1) }
        }
        let number = Int64(bitPattern: values[1])
        guard number >= 0, rest == 0 || number == 0 else { return nil }
        self.init(origin: values[0], number: number, positions: Array(bytes.dropFirst(Self.byteCount)))
    }

    /// Judges whether a store keeps this place.
    ///
    /// - Parameters:
    ///   - end: the end of the store's order.
    ///   - earlier: where it left orders that it went on with: up to there it is the same as they were.
    /// - Returns: why it does not; nil when it does.
    package func loss(at end: ArrivalPlace, earlier: [ArrivalPlace] = []) -> PlaceLoss? {
        // A file of before has no origin until it is written to again.
        let left = origin == end.origin || origin == 0 ? end : earlier.first { $0.origin == origin }
        guard let left else { return .otherStore }
        return number > left.number ? .ahead : nil
    }
}

/// Why a place is not kept.
package enum PlaceLoss: Error, Sendable {
    /// It is of another store.
    case otherStore
    /// The store's order ends before it: a backup has been restored, or the last writes were lost.
    case ahead
    /// It is of another table, or of another stream of this one.
    case otherStream
    /// It is too long ago: a stream keeps what came for a day.
    case trimmed
    /// The store does not keep what came first.
    case noBeginning
}
