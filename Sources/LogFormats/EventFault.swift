/// Why an event becomes no record.
package enum EventFault: Error, Equatable {
    /// What is wrong with it, for a person to read.
    case refused(String)
    /// What it is: it says itself that it is no audit event.
    case skipped(String)
}
