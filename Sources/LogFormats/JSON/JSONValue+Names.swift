extension JSONValue {
    /// In objects of more members their names are put into a set, else each is compared with each.
    private static let fewNames = 48

    /// The first name that stands twice among the members of an object; nil where each stands once.
    var repeatedName: [UInt8]? {
        guard isObject else { return nil }
        var nodes: [JSONText.Node] = []
        var place = index + 1
        while place < text.nodes[index].next {
            nodes.append(text.nodes[place])
            place = Int(text.nodes[place + 1].next)
        }
        guard nodes.count <= Self.fewNames else {
            var seen: Set<[UInt8]> = []
            return nodes.lazy.map { text.string(of: $0) }.first { !seen.insert($0).inserted }
        }
        for (index, node) in nodes.enumerated() {
            for other in nodes[..<index] where text.areSameString(node, other) {
                return text.string(of: node)
            }
        }
        return nil
    }
}

extension JSONText {
    fileprivate func string(of node: Node) -> [UInt8] {
        decodeHalfPairs(bytes[Int(node.start)..<Int(node.end)])
    }

    fileprivate func areSameString(_ one: Node, _ other: Node) -> Bool {
        if one.hasEscapes || other.hasEscapes { return string(of: one) == string(of: other) }
        guard one.end - one.start == other.end - other.start else { return false }
        var place = Int(one.start)
        let distance = Int(other.start - one.start)
        // From behind, for names are more often alike in their beginnings.
        var last = Int(one.end) - 2
        place += 1
        while last >= place, bytes[last] == bytes[last + distance] { last -= 1 }
        return last < place
    }
}

extension JSONValue {
    /// Why an event is refused in which a member stands twice: which of the two is meant nobody knows.
    var repetition: EventFault? {
        repeatedName.map { .refused("\(String(decoding: $0, as: UTF8.self)) stands twice") }
    }
}
