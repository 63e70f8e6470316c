internal import JSONBytes

/// Reads a filter: expressions of RFC 7644, section 3.4.2.2, with `cidr` and quoted names besides, and without the schema
/// URNs of that document.
struct FilterParser {
    var cursor: JSONCursor
    private var comparisons = 0
    private var depth = 0
    /// How many brackets it is in: there, no path begins at the record.
    private var brackets = 0

    /// The condition of a text.
    static func condition(of text: [UInt8]) throws(FilterError) -> FilterCondition {
        var parser = try FilterParser(text)
        let condition = try parser.alternatives()
        guard parser.place == parser.cursor.count else {
            throw parser.fault("'and', 'or' or the end was expected")
        }
        return condition
    }

    private init(_ text: [UInt8]) throws(FilterError) {
        do throws(JSONFault) {
            cursor = try JSONCursor(text)
        } catch {
            throw FilterError(error.detail, in: text, at: error.offset)
        }
    }

    /// Conditions with `or` between them.
    private mutating func alternatives() throws(FilterError) -> FilterCondition {
        var conditions = [try conjunction()]
        while accept(keyword: "or") { conditions.append(try conjunction()) }
        return FilterCondition(any: conditions)
    }

    /// Conditions with `and` between them, which binds closer.
    private mutating func conjunction() throws(FilterError) -> FilterCondition {
        var conditions = [try condition()]
        while accept(keyword: "and") { conditions.append(try condition()) }
        return FilterCondition(all: conditions)
    }

    private mutating func condition() throws(FilterError) -> FilterCondition {
        if cursor.peek() == UInt8(ascii: "(") { return try group() }
        let start = place
        if accept(keyword: "not") {
            guard cursor.peek() != UInt8(ascii: "(") else {
                try enter(at: start)
                defer { depth -= 1 }
                return try group().negated
            }
            // An attribute may be called so.
            cursor.position = start
        }
        let path = try path()
        let end = cursor.position
        guard cursor.peek() == UInt8(ascii: "[") else { return try comparison(path, behind: end) }
        return .element(path, try conditionInBrackets())
    }

    private mutating func group() throws(FilterError) -> FilterCondition {
        try enter(at: cursor.position)
        defer { depth -= 1 }
        cursor.position += 1
        let condition = try alternatives()
        guard cursor.accept(")") else { throw fault("'and', 'or' or ')' was expected") }
        return condition
    }

    private mutating func conditionInBrackets() throws(FilterError) -> FilterCondition {
        try enter(at: cursor.position)
        brackets += 1
        defer {
            depth -= 1
            brackets -= 1
        }
        cursor.position += 1
        let condition = try alternatives()
        guard cursor.accept("]") else { throw fault("'and', 'or' or ']' was expected") }
        return condition
    }

    private mutating func enter(at place: Int) throws(FilterError) {
        depth += 1
        guard depth <= RecordFilter.maximumDepth else {
            throw fault(
                "parentheses, not and brackets stand more than \(RecordFilter.maximumDepth) deep in each other",
                at: place)
        }
    }

    /// What follows a path that has no brackets and ends at a place.
    private mutating func comparison(
        _ path: AttributePath, behind end: Int
    ) throws(FilterError) -> FilterCondition {
        let place = cursor.position
        let word = String(decoding: letters(), as: UTF8.self).lowercased()
        guard let comparison = FilterOperator(word) else { throw noOperator(path, end, place) }
        comparisons += 1
        guard comparisons <= RecordFilter.maximumComparisons else {
            throw fault("there are more than \(RecordFilter.maximumComparisons) comparisons", at: place)
        }
        if brackets == 0, path.names == [Identifier(RecordField.timestamp.rawValue)] {
            return try condition(timestamp: path, comparison, at: place)
        }
        return try condition(path, comparison)
    }

    private func noOperator(_ path: AttributePath, _ end: Int, _ place: Int) -> FilterError {
        // What stands right behind a name was meant as a part of it.
        if end == place, place < cursor.count {
            return fault(
                "neither a dot, a bracket nor part of a name of letters, digits, _, - and $: any other name is "
                    + "written in double quotes, as in details.\"source.ip\"", at: place)
        }
        let hint = path.description.lowercased() == "not" ? "; 'not' is followed by '('" : ""
        return fault("an operator was expected: \(FilterOperator.list)\(hint)", at: place)
    }

    /// Passes letters.
    mutating func letters() -> ArraySlice<UInt8> {
        let start = place
        while FilterOperator.isLetter(cursor.bytes[cursor.position]) { cursor.position += 1 }
        return cursor.bytes[start..<cursor.position]
    }

    /// Passes a word in whatever case, if it is next and ends where a name would.
    private mutating func accept(keyword: String) -> Bool {
        let start = place
        if String(decoding: letters(), as: UTF8.self).lowercased() == keyword,
            !AttributePath.isPlain(cursor.bytes[cursor.position])
        {
            return true
        }
        cursor.position = start
        return false
    }

    /// Where the next thing stands.
    var place: Int {
        mutating get {
            _ = cursor.peek()
            return cursor.position
        }
    }

    /// A fault at a place, or where the next thing stands.
    func fault(_ detail: String, at place: Int? = nil) -> FilterError {
        FilterError(detail, in: cursor.bytes[..<cursor.count], at: place ?? cursor.position)
    }
}
