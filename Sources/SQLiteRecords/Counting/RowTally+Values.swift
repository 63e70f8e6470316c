internal import AuditRecords
internal import AuditStores
internal import GRDB

// What a row has by each key.
extension RowTally {
    /// Gives a row one value by a key.
    func set(_ code: Int, at place: Int) {
        row[place].removeAll(keepingCapacity: true)
        row[place].append(code)
    }

    /// Sees that a path has each value once, and null only where it has nothing else; false where there are many.
    func finish(_ place: Int) -> Bool {
        guard row[place].count != 1 else { return true }
        let none = codes.code(of: .none)
        var found = Set(row[place])
        guard found.count <= 100 else { return false }
        if found.count > 1 { found.remove(none) }
        row[place].removeAll(keepingCapacity: true)
        row[place].append(contentsOf: found.isEmpty ? [none] : Array(found))
        return true
    }

    /// Reads what a row has at the paths.
    func read(_ attributes: UnsafeRawBufferPointer) -> Bool {
        var values = attributes[...]
        guard let number = values.popLength(), let shape = shape(Int64(number)) else { return false }
        let first = columns.firstIndex { if case .firstPath = $0 { true } else { false } }
        let second = columns.firstIndex { if case .secondPath = $0 { true } else { false } }
        for place in [first, second].compactMap({ $0 }) { row[place].removeAll(keepingCapacity: true) }
        var length = 0
        // What a sieve has judged is counted.
        defer { if sieve == nil { judged += length } }
        return shape.read(UnsafeRawBufferPointer(rebasing: values), judged: &length) {
            value, isText, isFirst, isSecond in
            let code = codes.code(of: value, isText: isText)
            if isFirst, let first { row[first].append(code) }
            if isSecond, let second { row[second].append(code) }
        }
    }

    private func shape(_ number: Int64) -> ShapeGroups? {
        shapes.found(number) {
            // What is no shape is found to be none by whoever reads the record.
            guard let bytes = try? names.shape(number).bytes else { return nil }
            let shape = ShapeGroups(paths, shape: bytes)
            return (shape, shape?.stepCount ?? 1)
        }
    }

    /// The number of a user's name; nil where that is not there, or no text.
    func user(_ number: Int64) -> Int? {
        if let known = users[number] { return known }
        guard let name = try? names.user(number) else { return nil }
        return note(name, number, users)
    }

    /// The number of a resource's name; nil where that is not there, or no text.
    func resource(_ number: Int64) -> Int? {
        if let known = resources[number] { return known }
        guard let name = try? names.resource(number) else { return nil }
        return note(name, number, resources)
    }

    private func note(_ name: Identifier, _ number: Int64, _ known: NumberMap<Int>) -> Int? {
        // What is no text is told by whoever makes a record of it.
        guard (try? UTF8Span(validating: name.bytes.span)) != nil else { return nil }
        let code = codes.code(of: .text(name))
        known[number] = code
        return code
    }
}
