/// A run of records that an index keeps together, in order.
public enum Partition: Hashable, Sendable {
    /// One system's records of one UTC day: a partition of the table itself.
    case systemDay(Identifier, Day)
    /// One user's records.
    case user(Identifier)
    /// One resource's records.
    case resource(Identifier)
}
