/// A shard as DescribeStream lists it (docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Shard.html).
struct StreamShard: Hashable, Sendable {
    let id: String
    /// The shard that it came out of; nil for the first ones, and it may be listed no more.
    let parent: String?
    /// Its first record's, or before it; nil where it is not said.
    let first: SequenceNumber?
    /// Whether it is written to no more.
    let isClosed: Bool
}

/// The shards of a stream that are listed, by their names.
struct ShardList: Sendable {
    /// The stream's ARN.
    let stream: String
    /// Whose order it is: a table that gets another stream has another one.
    let origin: UInt64
    private let shards: [ShardName: StreamShard]
    private let children: [ShardName: [ShardName]]

    /// Shards of a stream; nil if two of them have one name, which will not be.
    init?(_ all: [StreamShard], of stream: String) {
        (self.stream, origin) = (stream, ShardName.hash(stream))
        let named = all.map { (ShardName($0.id), $0) }
        shards = Dictionary(named) { first, _ in first }
        guard shards.count == Set(all.map(\.id)).count else { return nil }
        var children: [ShardName: [ShardName]] = [:]
        for (name, shard) in shards {
            if let parent = shard.parent { children[ShardName(parent), default: []].append(name) }
        }
        self.children = children
    }

    /// Those that are listed.
    var names: Set<ShardName> { Set(shards.keys) }

    subscript(name: ShardName) -> StreamShard? { shards[name] }

    /// What came out of a shard, which may be listed no more.
    func children(of name: ShardName) -> [ShardName] { children[name] ?? [] }

    /// Those that a place at these says nothing of: they are neither there, nor before or behind it in the tree. They came out of a shard
    /// that has been read to its end, and were listed later than others that did. What came out of them is not among them.
    func missing(at positions: some Collection<ShardName>) -> [ShardName] {
        var covered = Set(positions)
        var open = Array(positions)
        while let name = open.popLast() {
            for child in children(of: name) where covered.insert(child).inserted { open.append(child) }
        }
        var before: Set<ShardName> = []
        for name in positions {
            var next = parent(of: name)
            while let parent = next, before.insert(parent).inserted { next = self.parent(of: parent) }
        }
        let missing = names.subtracting(covered).subtracting(before)
        return missing.filter { name in parent(of: name).map { !missing.contains($0) } ?? true }
    }

    private func parent(of name: ShardName) -> ShardName? {
        shards[name]?.parent.map { ShardName($0) }
    }

    /// Those that nothing listed came before.
    var roots: [ShardName] {
        shards.filter { $0.value.parent.map { shards[ShardName($0)] == nil } ?? true }.map(\.key)
    }

    /// Those that nothing listed came out of: all that is written goes there, or into their children.
    var leaves: [ShardName] { shards.keys.filter { children[$0] == nil } }
}
