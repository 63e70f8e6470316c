internal import AuditStores

/// A shard's id in eight bytes: FNV-1a, 64 bits (RFC 9923). Those of one listing are told apart by who reads it.
struct ShardName: Hashable, Sendable {
    let hash: UInt64

    init(_ id: String) { hash = Self.hash(id) }

    init(hash: UInt64) { self.hash = hash }

    static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

/// How far a shard is read.
enum ShardPosition: Hashable, Sendable {
    /// Nothing of it.
    case beginning
    /// Up to this record.
    case after(SequenceNumber)
    /// What was there when it was looked at, and no record has come since that would say where that was. Drawn at random: the process
    /// that looked knows it, and another one reads from the shard's beginning what is young enough.
    case opened(UInt64)
    /// All of it, and what follows it is not listed yet.
    case ended
}

/// A place in a stream: how far each shard is read that is not read to its end. Those that come after them in the tree of shards are
/// not begun, and those before them are read.
struct StreamPlace: Hashable, Sendable {
    /// Records that are older are left out, in seconds since 1970: it began then.
    var since: Int64
    var positions: [ShardName: ShardPosition]

    private enum Kind: UInt8 {
        case beginning = 1, after, opened, ended
    }

    private static let version: UInt8 = 1
    /// What all places have in front of their positions.
    private static let headCount = 9
    private static let shortest = 256

    init(since: Int64, positions: [ShardName: ShardPosition]) {
        (self.since, self.positions) = (since, positions)
    }

    /// Its bytes, padded to 256 or a power of two times as many, so that they tell of the table how many shards it has, roughly, and
    /// not where they are read.
    ///
    /// - Throws: where there are more shards than a token has room for: some 190, at least 136.
    func bytes() throws(StoreError) -> [UInt8] {
        var bytes = [Self.version]
        bytes.append(UInt64(bitPattern: since), count: 6)
        bytes.append(UInt64(positions.count), count: 2)
        for (name, position) in positions.sorted(by: { $0.key.hash < $1.key.hash }) {
            bytes.append(name.hash, count: 8)
            switch position {
            case .beginning: bytes.append(Kind.beginning.rawValue)
            case .ended: bytes.append(Kind.ended.rawValue)
            case .opened(let mark):
                bytes.append(Kind.opened.rawValue)
                bytes.append(mark, count: 8)
            case .after(let number):
                bytes.append(Kind.after.rawValue)
                number.append(to: &bytes)
            }
        }
        var length = Self.shortest
        while length < bytes.count { length *= 2 }
        guard length <= ArrivalPlace.mostPositionBytes else {
            throw StoreError(
                .unavailable,
                "DynamoDB Streams: the table's stream is read in \(positions.count) shards at once, more than a token has room for: "
                    + "docs/sizing.md says what there is for tables of that size")
        }
        return bytes + repeatElement(0, count: length - bytes.count)
    }

    /// The place of its ``bytes()``; nil of others.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.headCount, bytes[0] == Self.version else { return nil }
        var rest = bytes[1...]
        guard let since = rest.take(6), let count = rest.take(2) else { return nil }
        var positions: [ShardName: ShardPosition] = [:]
        for _ in 0..<count {
            guard let hash = rest.take(8), let kind = rest.popFirst().flatMap(Kind.init) else { return nil }
            let position: ShardPosition
            switch kind {
            case .beginning: position = .beginning
            case .ended: position = .ended
            case .opened:
                guard let mark = rest.take(8) else { return nil }
                position = .opened(mark)
            case .after:
                guard let number = SequenceNumber(takenFrom: &rest) else { return nil }
                position = .after(number)
            }
            positions[ShardName(hash: hash)] = position
        }
        guard !positions.isEmpty, rest.allSatisfy({ $0 == 0 }) else { return nil }
        self.init(since: Int64(since), positions: positions)
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ value: UInt64, count: Int) {
        for index in (0..<count).reversed() {
            append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))))
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate mutating func take(_ count: Int) -> UInt64? {
        guard self.count >= count else { return nil }
        defer { removeFirst(count) }
        return prefix(count).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
