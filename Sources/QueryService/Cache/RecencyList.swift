/// The cache's entries in the order of their last use: a doubly linked list in one array, so that moving an
/// entry to the front allocates nothing. An entry keeps its index while it is in the list.
struct RecencyList {
    struct Entry {
        let key: CacheKey
        var answer: Answer
        var byteCount: Int
        /// How it is asked for in URLs: as who was answered it first spelt it.
        var spelling: Spelling?
        /// How often it was looked up.
        var uses = 0
        /// Whether somebody was told to read it anew.
        var isClaimed = false
    }

    private struct Node {
        /// Nil while the place is free.
        var entry: Entry?
        /// The entry used next before this one. In a free place, the next free place.
        var next: Int?
        var previous: Int?
    }

    /// The bytes that an entry takes of the array.
    static let nodeSize = MemoryLayout<Node>.stride

    private var nodes: [Node] = []
    private var firstFree: Int?
    private(set) var first: Int?
    /// The least recently used entry.
    private(set) var last: Int?

    /// The entry at an index that `insertAtFront` returned.
    subscript(index: Int) -> Entry {
        guard let entry = nodes[index].entry else { preconditionFailure("no entry at \(index)") }
        return entry
    }

    mutating func insertAtFront(_ entry: Entry) -> Int {
        let index: Int
        if let free = firstFree {
            index = free
            firstFree = nodes[free].next
            nodes[free] = Node(entry: entry)
        } else {
            index = nodes.count
            nodes.append(Node(entry: entry))
        }
        linkAtFront(index)
        return index
    }

    /// Changes the entry at an index where it stands.
    mutating func change<Value>(_ index: Int, _ body: (inout Entry?) -> Value) -> Value {
        body(&nodes[index].entry)
    }

    mutating func moveToFront(_ index: Int) {
        guard first != index else { return }
        unlink(index)
        linkAtFront(index)
    }

    @discardableResult
    mutating func remove(_ index: Int) -> Entry {
        let entry = self[index]
        unlink(index)
        nodes[index] = Node(entry: nil, next: firstFree)
        firstFree = index
        return entry
    }

    private mutating func linkAtFront(_ index: Int) {
        nodes[index].previous = nil
        nodes[index].next = first
        if let first { nodes[first].previous = index }
        first = index
        if last == nil { last = index }
    }

    private mutating func unlink(_ index: Int) {
        let (previous, next) = (nodes[index].previous, nodes[index].next)
        if let previous { nodes[previous].next = next } else { first = next }
        if let next { nodes[next].previous = previous } else { last = previous }
    }
}
