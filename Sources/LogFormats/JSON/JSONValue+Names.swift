extension JSONValue {
    /// In objects of more members their names are put into a set, else each is compared with each.
    private static let fewNames = 16

    /// The first name that stands twice among the members of an object; nil where each stands once.
    var repeatedName: [UInt8]? {
        let names = members.map(\.name)
        guard names.count <= Self.fewNames else {
            var seen: Set<[UInt8]> = []
            return names.lazy.compactMap(\.string).first { !seen.insert($0).inserted }
        }
        for (index, name) in names.enumerated() {
            if names[..<index].contains(where: { $0.isSameString(as: name) }) { return name.string }
        }
        return nil
    }

    private func isSameString(as other: JSONValue) -> Bool {
        if hasEscapes || other.hasEscapes { return string == other.string }
        return text.bytes[range] == other.text.bytes[other.range]
    }
}

extension JSONValue {
    /// Why an event is refused in which a member stands twice: which of the two is meant nobody knows.
    var repetition: EventFault? {
        repeatedName.map { .refused("\(String(decoding: $0, as: UTF8.self)) stands twice") }
    }
}
