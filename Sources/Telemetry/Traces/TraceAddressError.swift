/// Why an address of X-Ray's daemon cannot be used.
package struct TraceAddressError: Error, CustomStringConvertible {
    /// What is wrong and what to do.
    package let description: String
}
