/// Why an address of X-Ray's daemon cannot be used.
public struct TraceAddressError: Error, CustomStringConvertible {
    /// What is wrong and what to do.
    public let description: String
}
