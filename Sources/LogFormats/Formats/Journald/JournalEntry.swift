internal import JSONBytes

/// An entry of systemd's journal in the export format, as it is read.
struct JournalEntry {
    /// The line where it begins.
    let line: Int
    private(set) var fields: [(name: [UInt8], value: [UInt8])] = []
    private var byteCount = 0

    init(line: Int) {
        self.line = line
    }

    var isEmpty: Bool { byteCount == 0 }
    /// Whether it has more bytes than a line may have: then none are kept.
    var isTooLong: Bool { byteCount > LineSplitter.maximumLineByteCount }
    /// How many bytes more may be kept.
    var room: Int { max(0, LineSplitter.maximumLineByteCount - byteCount) }

    /// Takes a field.
    mutating func append(_ name: [UInt8], _ value: [UInt8], byteCount: Int) {
        self.byteCount += byteCount
        if isTooLong { fields = [] } else { fields.append((name, value)) }
    }

    /// What it is as `journalctl -o json --all` prints it: a field that comes several times is an array, and so are bytes
    /// that are no text. Nil where a name is no text.
    var json: [UInt8]? {
        var places: [[UInt8]: Int] = [:]
        var groups: [(name: [UInt8], values: [[UInt8]])] = []
        for (name, value) in fields {
            if let place = places[name] {
                groups[place].values.append(value)
            } else {
                places[name] = groups.count
                groups.append((name, [value]))
            }
        }
        var json: [UInt8] = [UInt8(ascii: "{")]
        for (name, values) in groups {
            guard name.isText else { return nil }
            if json.count > 1 { json.append(UInt8(ascii: ",")) }
            json.append(jsonString: name)
            json.append(UInt8(ascii: ":"))
            json.append(journalValues: values)
        }
        json.append(UInt8(ascii: "}"))
        return json
    }
}

extension [UInt8] {
    var isText: Bool { (try? UTF8Span(validating: span)) != nil }

    /// Whether it has control characters besides a tab and a line end.
    private var hasControl: Bool { contains { $0 < 0x20 && $0 != 0x09 && $0 != 0x0A } }

    /// Appends a value, or several as an array of them.
    fileprivate mutating func append(journalValues values: [[UInt8]]) {
        guard values.count > 1 else {
            for value in values { append(journalValue: value) }
            return
        }
        for (index, value) in values.enumerated() {
            append(UInt8(ascii: index == 0 ? "[" : ","))
            append(journalValue: value)
        }
        append(UInt8(ascii: "]"))
    }

    private mutating func append(journalValue value: [UInt8]) {
        guard !value.isText || value.hasControl else { return append(jsonString: value) }
        for (index, byte) in value.enumerated() {
            append(UInt8(ascii: index == 0 ? "[" : ","))
            append(decimal: Int(byte))
        }
        append(UInt8(ascii: "]"))
    }
}
