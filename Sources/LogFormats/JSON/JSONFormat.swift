/// A format whose events are JSON objects.
package protocol JSONFormat: Sendable {
    /// What `--format` calls it.
    var name: String { get }
    /// The members whose arrays hold events; of an object with several the first of these counts.
    var envelopes: [StaticString] { get }
    /// Whether such a member's array holds events in this object, or is part of an event.
    func isEnvelope(_ object: JSONValue) -> Bool
    /// What an object holds that is an envelope of another kind: the events in its strings. Nil where it is none.
    func messages(in object: JSONValue) -> [Result<JSONValue, EventFault>]?
    /// Whether an object looks like an event or an envelope of this format, and of no other.
    func hasMarks(_ object: JSONValue) -> Bool
    /// What an event says.
    ///
    /// - Throws: why it becomes no record.
    func event(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event
}

extension JSONFormat {
    /// None.
    package var envelopes: [StaticString] { [] }
    /// It holds events.
    package func isEnvelope(_ object: JSONValue) -> Bool { true }
    /// None.
    package func messages(in object: JSONValue) -> [Result<JSONValue, EventFault>]? { nil }
}
