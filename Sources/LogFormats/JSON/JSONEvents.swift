/// The events that a JSON value holds: of an array its elements', of an envelope those in it, at any depth.
struct JSONEvents: Sequence, IteratorProtocol {
    /// An event, or why it is none.
    struct Event {
        let value: Result<JSONValue, EventFault>
        /// Where it stands in the text of the value, or what it stands in does.
        let place: Int
    }

    private let format: any JSONFormat
    /// What is still to be looked into, the next one last.
    private var pending: [JSONValue]
    private var messages: [Event] = []

    /// The events of a value.
    init(of value: JSONValue, in format: any JSONFormat) {
        self.format = format
        pending = [value]
    }

    mutating func next() -> Event? {
        if let message = messages.popLast() { return message }
        while let value = pending.popLast() {
            if let elements = elements(of: value) {
                pending += elements.reversed()
            } else if let messages = format.messages(in: value) {
                self.messages = messages.reversed().map { Event(value: $0, place: value.range.lowerBound) }
                return next()
            } else {
                return Event(value: .success(value), place: value.range.lowerBound)
            }
        }
        return nil
    }

    private func elements(of value: JSONValue) -> [JSONValue]? {
        if value.isArray { return value.elements }
        guard value.isObject, !format.envelopes.isEmpty, format.isEnvelope(value) else { return nil }
        return format.envelopes.lazy.compactMap { value.member($0) }.first(where: \.isArray)?.elements
    }
}
