internal import JSONBytes

// One step after the other, each of which says whether there is another.
extension JSONSplitter {
    mutating func step() -> Bool {
        switch mode {
        case .between: stepBetween()
        case .behindText: stepBehindText()
        case .value(let hasPrefix): stepInValue(hasPrefix: hasPrefix)
        case .behindPrefixed: stepBehindPrefixed()
        case .element(let isFirst): stepBeforeElement(isFirst: isFirst)
        case .behindElement: stepBehindElement()
        case .passedOver(let isTail): stepOver(isTail: isTail)
        case .restOfLine: stepToEndOfLine()
        case .stopped: stopAll()
        }
    }

    private mutating func stepBetween() -> Bool {
        // Records of json-seq begin with 0x1E (RFC 7464).
        passWhile { $0.isSpace || $0 == 0x1E }
        guard place < text.count else { return false }
        switch text[place] {
        case UInt8(ascii: "["):
            levels = [.array]
            place += 1
            mode = .element(isFirst: true)
        case UInt8(ascii: "{"): beginValue(hasPrefix: false)
        default: mode = .behindText
        }
        return true
    }

    private mutating func stepBehindText() -> Bool {
        passWhile { $0 != UInt8(ascii: "{") && $0 != 0x0A }
        guard place < text.count else { return false }
        if text[place] == UInt8(ascii: "{") {
            beginValue(hasPrefix: true)
        } else {
            refuseLine("is not JSON")
            mode = .between
        }
        return true
    }

    private mutating func beginValue(hasPrefix: Bool) {
        scanner = JSONScanner(envelopes: envelopes)
        scanned = place
        mode = .value(hasPrefix: hasPrefix)
    }

    private mutating func stepInValue(hasPrefix: Bool) -> Bool {
        let outcome = scanner.scan(text, from: &scanned)
        guard scanned - place <= valueByteCount else {
            openLong(outcome)
            return true
        }
        switch outcome {
        case .more: return false
        case .broken: breakValue()
        case .end:
            if hasPrefix, text[place..<scanned].place(of: 0x0A) == nil {
                mode = .behindPrefixed
            } else {
                giveValue()
            }
        }
        return true
    }

    /// Behind a value that has text before it on its line nothing else may stand there.
    private mutating func stepBehindPrefixed() -> Bool {
        let rest = text[scanned...]
        let end = rest.firstIndex(of: 0x0A)
        let isBlank = rest[..<(end ?? rest.endIndex)].allSatisfy(\.isBlank)
        if isBlank {
            guard end != nil || scanned - place + rest.count > valueByteCount else { return false }
            giveValue()
        } else {
            refuseLine("has text after its JSON")
            mode = .restOfLine
        }
        return true
    }

    private mutating func giveValue() {
        pieces.append(.value(Array(text[place..<scanned]), line: line))
        pass(to: scanned)
        leaveValue()
    }

    mutating func leaveValue() {
        mode = levels.isEmpty ? .between : .behindElement
    }

    private mutating func stepBeforeElement(isFirst: Bool) -> Bool {
        passWhile(\.isSpace)
        guard place < text.count else { return false }
        if isFirst, text[place] == UInt8(ascii: "]") {
            closeArray()
        } else {
            beginValue(hasPrefix: false)
        }
        return true
    }

    private mutating func stepBehindElement() -> Bool {
        passWhile(\.isSpace)
        guard place < text.count else { return false }
        switch text[place] {
        case UInt8(ascii: ","):
            place += 1
            mode = .element(isFirst: false)
        case UInt8(ascii: "]"): closeArray()
        default: stop(line)
        }
        return true
    }

    private mutating func closeArray() {
        place += 1
        levels.removeLast()
        guard case .envelope? = levels.last else { return leaveValue() }
        levels.removeLast()
        scanner = .insideObject
        scanned = place
        mode = .passedOver(isTail: true)
    }

    private mutating func stepOver(isTail: Bool) -> Bool {
        let outcome = scanner.scan(text, from: &scanned)
        passOver(outcome, isTail: isTail)
        return outcome != .more
    }

    mutating func passOver(_ outcome: JSONScanner.Outcome, isTail: Bool) {
        pass(to: scanned)
        switch outcome {
        case .more: mode = .passedOver(isTail: isTail)
        case .end: leaveValue()
        case .broken where isTail || !levels.isEmpty: stop(line)
        case .broken: mode = .restOfLine
        }
    }

    private mutating func stepToEndOfLine() -> Bool {
        passWhile { $0 != 0x0A }
        guard place < text.count else { return false }
        mode = .between
        return true
    }

    private mutating func stopAll() -> Bool {
        place = text.count
        return false
    }
}

// Places and lines.
extension JSONSplitter {
    mutating func passWhile(_ fits: (UInt8) -> Bool) {
        while place < text.count, fits(text[place]) {
            place += 1
            if text[place - 1] == 0x0A {
                line += 1
                lineStart = place
            }
        }
    }

    mutating func pass(to end: Int) {
        while let lineEnd = text[place..<end].place(of: 0x0A) {
            line += 1
            lineStart = lineEnd + 1
            place = lineStart
        }
        place = end
    }
}
