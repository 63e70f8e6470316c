/// The runs of records of one shard that a process holds, each for those who are somewhere else in it.
struct ShardSegments {
    static let most = 16

    private(set) var all: [ShardSegment] = []

    subscript(index: Int) -> ShardSegment {
        get { all[index] }
        set { all[index] = newValue }
    }

    /// The one that holds a position, and most behind it.
    func index(holding position: ShardPosition) -> Int? {
        all.indices.compactMap { index in all[index].rest(behind: position).map { (index, $0.entries.count) }
        }
        .max { left, right in
            left.1 == right.1 ? all[left.0].due < all[right.0].due : left.1 < right.1
        }?.0
    }

    /// The one that was looked at last of those at the shard's end.
    var lastCaughtUp: Int? {
        all.indices.filter { all[$0].isCaughtUp }.max { all[$0].due < all[$1].due }
    }

    /// Adds one, in the place of that which was not used for longest where there are many.
    mutating func begin(_ segment: ShardSegment) -> Int {
        if all.count >= Self.most, let oldest = all.indices.min(by: { all[$0].used < all[$1].used }) {
            all.remove(at: oldest)
        }
        all.append(segment)
        return all.count - 1
    }

    mutating func remove(at index: Int) { all.remove(at: index) }

    /// Drops records until so many bytes are left: those of others first, and of the one in use its front.
    mutating func cut(to room: Int, using index: Int) {
        var held = all.reduce(0) { $0 + $1.byteCount }
        for other in all.indices.sorted(by: { all[$0].used < all[$1].used }) where other != index {
            guard held > room else { return }
            held -= all[other].byteCount
            all[other].cut(to: 0)
        }
        all[index].cut(to: room)
    }
}
