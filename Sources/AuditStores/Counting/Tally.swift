package import AuditRecords

/// What tells one group from the others: a value for each of the keys.
package struct Group: Hashable, Sendable {
    /// In the order of the keys.
    package let values: [GroupValue]

    /// A group of its values.
    package init(_ values: [GroupValue]) {
        self.values = values
    }
}

/// A group, and how many records it has.
package typealias CountedGroup = (group: Group, count: Int)

/// How many records there are, and in which groups.
package struct Tally: Sendable {
    /// The most groups of an answer, or of a part of one.
    package static let mostGroups = 10_000
    /// What a group takes of memory besides its names, and of an answer.
    private static let usualByteCount = 256

    /// What the groups are made by.
    package let keys: [GroupKey]
    /// The records.
    package private(set) var count = 0
    /// Of each group, how many records it has. A record may be in several.
    package private(set) var groups: [Group: Int] = [:]
    /// The bytes that the groups take, here and as text.
    private(set) var byteCount = 0
    private let keyByteCount: Int

    /// Nothing yet.
    package init(by keys: [GroupKey]) {
        self.keys = keys
        keyByteCount = keys.reduce(0) { $0 + $1.jsonByteCount }
    }

    /// Counts so many records, all of which are in the same groups.
    package mutating func add(_ groups: [Group], count: Int = 1) {
        self.count += count
        for group in groups { add(count, to: group) }
    }

    private mutating func add(_ count: Int, to group: Group) {
        let known = groups[group]
        if known == nil { byteCount += byteCount(of: group) }
        groups[group] = (known ?? 0) + count
    }

    /// Adds another part, of records that this one has not counted.
    package mutating func add(_ other: Tally) {
        add(other.groups.map { ($0.key, $0.value) }, of: other.count)
    }

    /// Adds the groups of so many other records.
    package mutating func add(_ groups: [CountedGroup], of count: Int) {
        self.count += count
        for (group, count) in groups { add(count, to: group) }
    }

    /// The bytes that more groups would take.
    func growth(with groups: [Group]) -> Int {
        groups.reduce(0) { self.groups[$1] == nil ? $0 + byteCount(of: $1) : $0 }
    }

    /// How many groups there would be.
    func groupCount(with groups: [Group]) -> Int {
        self.groups.count + groups.count { self.groups[$0] == nil }
    }

    private func byteCount(of group: Group) -> Int {
        group.values.reduce(Self.usualByteCount + keyByteCount) { $0 + $1.jsonByteCount }
    }

    /// The groups in the order in which they are answered: time first, then those with more records, then by their names.
    /// Costs a comparison of names only where two have as many.
    package var ordered: [CountedGroup] {
        let isTime = keys.map { $0.unit != nil }
        return groups.sorted { left, right in
            let pairs = zip(isTime, zip(left.key.values, right.key.values))
            for case (true, (.time(let left), .time(let right))) in pairs where left != right {
                return left < right
            }
            guard left.value == right.value else { return left.value > right.value }
            for (isTime, (left, right)) in pairs where !isTime && left != right {
                return GroupValue.precedes(left, right)
            }
            return false
        }.map { ($0.key, $0.value) }
    }
}

/// Groups that an answer does not list.
package struct OtherGroups: Hashable, Sendable {
    /// How many there are.
    package var groups = 0
    /// The sum of what they have.
    package var count = 0

    /// None.
    package init() {}

    /// Those behind the first `top` of a list.
    package init(of ordered: [CountedGroup], behind top: Int) {
        for (_, count) in ordered.dropFirst(top) {
            groups += 1
            self.count += count
        }
    }
}
