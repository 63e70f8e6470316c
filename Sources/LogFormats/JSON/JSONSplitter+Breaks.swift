// What is no value, or too long.
extension JSONSplitter {
    /// The value that is held is broken: what can be read of it is, or reading goes on at the line behind its first.
    mutating func breakValue() {
        guard levels.isEmpty else { return stop(line) }
        if let events = scanner.eventsPlace { return open(at: events) }
        refuseLine("is not JSON")
        mode = .restOfLine
    }

    /// Refuses the line that reading is at, or on which the value that is held begins.
    mutating func refuseLine(_ reason: String) {
        let end = text[place...].firstIndex(of: 0x0A) ?? text.endIndex
        pieces.append(.refused(reason, line: line, text: Array(text[lineStart..<end])))
    }

    /// The rest cannot be read, for nobody knows what it is part of.
    mutating func stop(_ line: Int) {
        pieces.append(.refused("is not JSON here; the rest of the file is not read", line: line))
        mode = .stopped
    }

    /// A value that is too long to be held is read element by element, if it has any.
    mutating func openLong(_ outcome: JSONScanner.Outcome) {
        if let events = scanner.eventsPlace { return open(at: events) }
        pieces.append(.refused("is longer than \(valueByteCount) bytes", line: line))
        scanner.lookForNothing()
        passOver(outcome, isTail: false)
    }

    /// Reads the elements of an array: of the value itself, or of a member of it.
    mutating func open(at array: Int) {
        if array > place { levels.append(.envelope) }
        levels.append(.array)
        pass(to: array + 1)
        mode = .element(isFirst: true)
    }
}
