/// A line of the Linux audit log: `node=… type=… msg=audit(…): …`.
struct AuditMessage {
    /// All of it.
    let line: [UInt8]
    /// The machine that it is from, where the log names it.
    let node: ArraySlice<UInt8>?
    let type: ArraySlice<UInt8>
    /// What stands within the brackets: seconds, milliseconds and serial.
    let stamp: ArraySlice<UInt8>
    private let body: ArraySlice<UInt8>

    /// Nil of another line.
    init?(_ line: [UInt8]) {
        var cursor = TextCursor(line[...])
        var node: ArraySlice<UInt8>?
        if cursor.accept(text: "node=") {
            guard let name = cursor.word(), cursor.accept(" ") else { return nil }
            node = name
        }
        guard cursor.accept(text: "type="), let type = cursor.word(), cursor.accept(text: " msg=audit("),
            let stamp = cursor.passThrough(")")
        else { return nil }
        (self.line, self.node, self.type, self.stamp) = (line, node, type, stamp)
        _ = cursor.accept(" ")
        _ = cursor.accept(":")
        _ = cursor.accept(" ")
        body = cursor.rest
    }

    /// The fields of it. Costs a pass over the line.
    var fields: AuditFields { AuditFields(body) }
}

extension TextCursor {
    /// Passes what stands before the next white space, if that is anything.
    fileprivate mutating func word() -> ArraySlice<UInt8>? {
        let end = rest.end(from: rest.startIndex) { !$0.isSpace }
        guard end > rest.startIndex else { return nil }
        return take(to: end)
    }
}
